# The daemon itself; app.cpp is the only file that may include everything.
add_executable(seald main.cpp app.cpp init.cpp)
target_link_libraries(seald PRIVATE seald_server seald_api seald_config PkgConfig::SYSTEMD CLI11::CLI11 spdlog::spdlog seald_options)
