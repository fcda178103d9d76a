// A profile of the colours of sRGB (ICC.1:2001, version 2.4; IEC 61966-2-1), which PDF/A wants in the file; private to
// this module. The curve is the plain gamma of 2.2 that stands for sRGB in small profiles.
#pragma once

#include <string>

namespace suoi::certs {

std::string srgb_profile();

}  // namespace suoi::certs
