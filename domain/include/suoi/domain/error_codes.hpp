// Every code that a problem answer or a quarantine verdict can carry, with what to do next.
//
// Purpose: codes are part of the contract: they never change their meaning, and each says in Vietnamese and English
//          what the person, or the app for them, does now.
// Threads: immutable.
#pragma once

#include <span>
#include <string_view>

#include "suoi/domain/catalogue.hpp"

namespace suoi::domain {

struct ErrorCode {
  std::string_view code;
  int status = 0;  // of the HTTP answer; 0: stands in the verdict of a quarantined change
  Labels advice;
};

std::span<const ErrorCode> error_codes();
// nullptr for a code that is not in the table.
const ErrorCode* find_error_code(std::string_view code);

}  // namespace suoi::domain
