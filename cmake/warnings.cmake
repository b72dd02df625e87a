# The one place where compiler flags are set. Every target of ours links seald_options.
set(SEALD_SANITIZE "" CACHE STRING "Sanitizers to build with, e.g. address,undefined or thread")

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

add_library(seald_options INTERFACE)
target_include_directories(seald_options INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)
# -Wno-missing-field-initializers: designated initialisers leave the rest to their defaults on purpose.
# -Wno-maybe-uninitialized: g++ 12 at -O2 sees ghosts in moved std::variant and std::optional; the sanitizers look for real ones.
target_compile_options(seald_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Woverloaded-virtual -Wswitch-enum -Wno-missing-field-initializers -Wno-maybe-uninitialized -Werror -fstack-protector-strong)
# Once it inlines Asio's operator new for coroutine frames, g++ 12 no longer recognises the operator delete beside it.
if(SEALD_SANITIZE OR NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  target_compile_options(seald_options INTERFACE -Wno-mismatched-new-delete)
endif()
if(SEALD_SANITIZE)
  target_compile_options(seald_options INTERFACE -fsanitize=${SEALD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(seald_options INTERFACE -fsanitize=${SEALD_SANITIZE})
  if(SEALD_SANITIZE STREQUAL "thread")
    target_compile_options(seald_options INTERFACE -Wno-tsan)
  endif()
else()
  # glibc's checks need optimisation; the sanitizers replace them.
  target_compile_options(seald_options INTERFACE $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
target_link_options(seald_options INTERFACE -Wl,-z,relro,-z,now)
