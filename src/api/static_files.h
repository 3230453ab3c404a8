#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "api/route.h"
#include "base/embedded_file.h"

namespace vedette::api {

using base::EmbeddedFile;

// The files of ui/dist at build time; empty when the UI was not built (see tools/embed.py).
std::span<const EmbeddedFile> EmbeddedUi();

// A route for each file and for each page of the UI (all pages are index.html, which gets a fresh
// nonce for its content security policy). Hashed assets may be cached for ever; a missing asset is
// 404. Precompressed neighbours (.br, .gz) are sent to those who accept them. `files` must outlive
// the routes.
std::vector<Route> StaticRoutes(std::span<const EmbeddedFile> files);

// The UI itself, which says that its address leads nowhere: for paths without a route.
net::Response IndexPage(std::span<const EmbeddedFile> files);

}  // namespace vedette::api
