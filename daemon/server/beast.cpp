// Boost.Beast, compiled here once (BOOST_BEAST_SEPARATE_COMPILATION): the other files see declarations only.
#include <boost/beast/src.hpp>
