// Makes the script of a broken run as short as it gets: first whole stretches of steps go, then single ones, then what
// they say; each time as long as the run stays broken in the same way.
#pragma once

#include <functional>
#include <string>

#include "script.hpp"

namespace suoi::sim {

// `progress` is told how many steps are left.
Script shrunk(Script script, const std::string& broken, const std::function<void(std::size_t)>& progress);

}  // namespace suoi::sim
