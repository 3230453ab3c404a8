#include "api/static_files.h"

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "base/id.h"

namespace vedette::api {
namespace {

constexpr std::string_view kNoncePlaceholder = "__CSP_NONCE__";

// The UI's own pages, those of ui/src/router.tsx; what is not here is 404, with IndexPage for
// people.
constexpr std::string_view kPages[] = {"/",
                                       "/incidents",
                                       "/incidents/{id}",
                                       "/incidents/{id}/{tab}",
                                       "/alerts",
                                       "/e/{id}",
                                       "/explore",
                                       "/explore/{what}",
                                       "/explore/traces/{id}",
                                       "/map",
                                       "/dashboards",
                                       "/changes",
                                       "/releases",
                                       "/releases/{id}",
                                       "/rules",
                                       "/detection",
                                       "/on-call",
                                       "/routing",
                                       "/ledger",
                                       "/system",
                                       "/simulate",
                                       "/settings",
                                       "/welcome",
                                       "/docs"};

constexpr std::string_view kNoUi =
    "<!doctype html><meta charset=utf-8><title>Vedette</title><h1>Vedette is running</h1>"
    "<p>This build has no web UI in it: it was built before ui/dist was. The API is at "
    "<a href=/openapi.json>/openapi.json</a>.</p>";

using FileTable = std::map<std::string_view, std::string_view, std::less<>>;

std::string_view ContentType(std::string_view path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kTypes = {
      {{".html", "text/html; charset=utf-8"},
       {".js", "text/javascript; charset=utf-8"},
       {".css", "text/css; charset=utf-8"},
       {".svg", "image/svg+xml"},
       {".png", "image/png"},
       {".json", "application/json"},
       {".woff2", "font/woff2"},
       {".ico", "image/x-icon"}}};
  for (const auto& [suffix, type] : kTypes) {
    if (path.ends_with(suffix)) return type;
  }
  return "application/octet-stream";
}

std::string NewNonce() {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::array<std::byte, 16> random;
  base::FillSecureRandom(random);
  std::string nonce;
  for (const std::byte byte : random) {
    nonce += kHex[static_cast<size_t>(byte) >> 4];
    nonce += kHex[static_cast<size_t>(byte) & 15];
  }
  return nonce;
}

std::string ContentSecurityPolicy(std::string_view nonce) {
  std::string policy =
      "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-NONCE'; "
      "style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; "
      "connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; "
      "frame-ancestors 'none'; require-trusted-types-for 'script'";
  policy.replace(policy.find("NONCE"), 5, nonce);
  return policy;
}

std::string_view IndexOf(std::span<const EmbeddedFile> files) {
  const auto index = std::ranges::find(files, "/index.html", &EmbeddedFile::path);
  return index == files.end() ? kNoUi : index->bytes;
}

net::Response ServePage(std::string_view index) {
  const std::string nonce = NewNonce();
  std::string body(index);
  for (size_t at = 0; (at = body.find(kNoncePlaceholder, at)) != std::string::npos;) {
    body.replace(at, kNoncePlaceholder.size(), nonce);
  }
  net::Response response;
  response.headers.Set("Content-Type", "text/html; charset=utf-8");
  response.headers.Set("Content-Security-Policy", ContentSecurityPolicy(nonce));
  response.headers.Set("Cache-Control", "no-cache");
  response.body = std::move(body);
  return response;
}

net::Response ServeFile(const FileTable& table, std::string_view path, const Call& call) {
  net::Response response;
  response.headers.Set("Content-Type", std::string(ContentType(path)));
  response.headers.Set("Cache-Control", path.starts_with("/assets/")
                                            ? "public, max-age=31536000, immutable"
                                            : "no-cache");
  response.headers.Set("Vary", "Accept-Encoding");
  const std::string_view accepted = call.request.headers.Get("Accept-Encoding");
  for (const auto& [suffix, encoding] : {std::pair{".br", "br"}, std::pair{".gz", "gzip"}}) {
    const auto compressed = table.find(std::string(path) + suffix);
    if (compressed != table.end() && accepted.find(encoding) != std::string_view::npos) {
      response.headers.Set("Content-Encoding", encoding);
      response.body = compressed->second;
      return response;
    }
  }
  response.body = table.find(path)->second;
  return response;
}

}  // namespace

net::Response IndexPage(std::span<const EmbeddedFile> files) { return ServePage(IndexOf(files)); }

std::vector<Route> StaticRoutes(std::span<const EmbeddedFile> files) {
  auto table = std::make_shared<FileTable>();
  for (const EmbeddedFile& file : files) table->emplace(file.path, file.bytes);

  std::vector<Route> routes;
  const std::string_view page = IndexOf(files);
  for (const std::string_view pattern : kPages) {
    routes.push_back({"GET", std::string(pattern), Permission::kPublic,
                      [page](const Call&) { return ServePage(page); }, "page"});
  }
  // Where source system S3 had its second page about the API.
  routes.push_back({"GET", "/redoc", Permission::kPublic,
                    [](const Call&) {
                      net::Response moved{.status = 307, .headers = {}, .body = {}};
                      moved.headers.Set("Location", "/docs");
                      return moved;
                    },
                    "page"});
  for (const EmbeddedFile& file : files) {
    const bool is_variant = file.path.ends_with(".br") || file.path.ends_with(".gz");
    if (is_variant || file.path == "/index.html") continue;
    routes.push_back(
        {"GET", std::string(file.path), Permission::kPublic,
         [table, path = file.path](const Call& call) { return ServeFile(*table, path, call); },
         "asset"});
  }
  return routes;
}

}  // namespace vedette::api
