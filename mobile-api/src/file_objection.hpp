// The answer to a file that is not taken.
#pragma once

#include "suoi/domain/file_inspector.hpp"
#include "suoi/mobile_api/http.hpp"

namespace suoi::mobile_api {

inline Response answer_to(domain::FileObjection objection) {
  if (objection == domain::FileObjection::carries_exif) {
    return problem(422, "file_carries_exif", "the picture carries EXIF");
  }
  return problem(415, "file_type_refused",
                 objection == domain::FileObjection::damaged ? "the file is cut or damaged"
                                                             : "the file is none of JPEG, WebP, PNG and PDF");
}

}  // namespace suoi::mobile_api
