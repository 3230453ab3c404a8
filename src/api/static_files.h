#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "api/route.h"

namespace vedette::api {

// One file of the web UI inside the program. Views of the program's own image.
struct EmbeddedFile {
  std::string_view path;  // "/assets/index-3f2a.js"
  std::string_view bytes;
};

// The files of ui/dist at build time; empty when the UI was not built (see tools/embed_ui.py).
std::span<const EmbeddedFile> EmbeddedUi();

// A route for each file and for each page of the UI (all pages are index.html, which gets a fresh
// nonce for its content security policy). Hashed assets may be cached for ever; a missing asset is
// 404. Precompressed neighbours (.br, .gz) are sent to those who accept them. `files` must outlive
// the routes.
std::vector<Route> StaticRoutes(std::span<const EmbeddedFile> files);

}  // namespace vedette::api
