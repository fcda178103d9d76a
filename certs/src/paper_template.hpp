// The look of a paper certificate as data; private to this module.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "suoi/certs/paper.hpp"

namespace suoi::certs {

// A line of the page; {names} stand for facts. A line whose facts are all empty is left out.
struct TemplateLine {
  std::string style;  // one of kStyles
  std::string text;
};

struct PaperTemplate {
  std::string ink;     // "#rrggbb" of the text
  std::string accent;  // of frame and title
  std::vector<TemplateLine> head, body, signature;
  std::string check;  // beside the code
};

// std::invalid_argument says what is wrong with it.
PaperTemplate parse_template(std::string_view json);

// The text with the facts put in; empty where it names facts and all of them are empty.
std::string filled(const std::string& text, const std::map<std::string, std::string>& facts);

// What {names} may stand for: number, holder, birth_year, activity, commune, place, period, duration, role, issuer,
// approvers, day, month, year, check_code, check_address.
std::map<std::string, std::string> template_facts(const Facts& facts, const PaperTexts& texts);

}  // namespace suoi::certs
