#include "api/static_files.h"

#include <array>
#include <gtest/gtest.h>

namespace vedette::api {
namespace {

constexpr std::array<EmbeddedFile, 4> kFiles = {{{"/index.html", "<p nonce=__CSP_NONCE__>"},
                                                 {"/assets/a.js", "plain"},
                                                 {"/assets/a.js.br", "brotli"},
                                                 {"/theme.js", "theme"}}};

net::Response Get(std::string_view pattern, std::string accept_encoding = {}) {
  for (const Route& route : StaticRoutes(kFiles)) {
    if (route.pattern != pattern) continue;
    net::Request request;
    request.headers.Set("Accept-Encoding", std::move(accept_encoding));
    return route.handler({request, {}, {}, {}});
  }
  net::Response missing;
  missing.status = 404;
  return missing;
}

TEST(StaticFiles, PagesCarryAFreshNonceInPolicyAndBody) {
  const net::Response first = Get("/"), second = Get("/incidents/{id}");

  const std::string_view policy = first.headers.Get("Content-Security-Policy");
  const std::string nonce = first.body.substr(9, 32);
  EXPECT_NE(policy.find("'nonce-" + nonce + "'"), std::string_view::npos) << policy;
  EXPECT_EQ(policy.find("unsafe-inline'; img"), policy.find("unsafe-inline'"));
  EXPECT_NE(first.body, second.body);
  EXPECT_EQ(first.headers.Get("Cache-Control"), "no-cache");
}

TEST(StaticFiles, AssetsAreImmutableAndCompressedForThoseWhoAccept) {
  const net::Response plain = Get("/assets/a.js"), brotli = Get("/assets/a.js", "gzip, br");

  EXPECT_EQ(plain.body, "plain");
  EXPECT_NE(plain.headers.Get("Cache-Control").find("immutable"), std::string_view::npos);
  EXPECT_EQ(plain.headers.Get("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(brotli.body, "brotli");
  EXPECT_EQ(brotli.headers.Get("Content-Encoding"), "br");
}

TEST(StaticFiles, OtherFilesAreAskedForAgain) {
  EXPECT_EQ(Get("/theme.js").headers.Get("Cache-Control"), "no-cache");
}

TEST(StaticFiles, TheOldPageAboutTheApiLeadsToTheNewOne) {
  EXPECT_EQ(Get("/redoc").status, 307);
  EXPECT_EQ(Get("/redoc").headers.Get("Location"), "/docs");
}

TEST(StaticFiles, WhereThereIsNothingPeopleGetTheUiWithItsPolicy) {
  const net::Response page = IndexPage(kFiles);

  EXPECT_EQ(page.headers.Get("Content-Type"), "text/html; charset=utf-8");
  const std::string nonce = page.body.substr(9, 32);
  EXPECT_NE(page.headers.Get("Content-Security-Policy").find(nonce), std::string_view::npos);
  EXPECT_NE(IndexPage({}).body.find("Vedette is running"), std::string::npos);
}

TEST(StaticFiles, AMissingAssetHasNoRoute) {
  EXPECT_EQ(Get("/assets/b.js").status, 404);
  EXPECT_EQ(Get("/assets/a.js.br").status, 404);
}

}  // namespace
}  // namespace vedette::api
