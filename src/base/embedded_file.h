#pragma once

#include <string_view>

namespace vedette::base {

// A file inside the program (tools/embed.py). Views of the program's own image.
struct EmbeddedFile {
  std::string_view path;  // "/assets/index-3f2a.js"
  std::string_view bytes;
};

}  // namespace vedette::base
