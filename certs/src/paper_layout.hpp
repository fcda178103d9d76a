// The page of a certificate, drawn with pango and cairo; private to this module.
#pragma once

#include <string>
#include <vector>

#include "paper_template.hpp"

namespace suoi::certs {

// A PDF of cairo with one page for each paper.
std::string drawn_pages(const std::vector<Paper>& papers, const PaperTemplate& look);

}  // namespace suoi::certs
