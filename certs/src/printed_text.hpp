// How texts are shortened for paper; private to this module.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace suoi::certs {

// The longest run of whole words from the start within `bytes_max`; a first word that is longer is cut between two
// characters. No blanks at the end.
std::string cut_at_word(std::string_view text, std::size_t bytes_max);

// "Lò Thị Mai" -> "L. T. M."
std::string initials(std::string_view name);

}  // namespace suoi::certs
