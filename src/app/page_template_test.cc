#include "app/page_template.h"

#include <gtest/gtest.h>

#include "notify/delivery/channel.h"

namespace vedette::app {
namespace {

const base::TimePoint kNow = base::FromMillis(1'700'000'000'000);

model::Page Rewrite(const PageTemplates& templates,
                    model::PageKind kind = model::PageKind::kOpened) {
  const auto rewriter = MakeRewriter(templates);
  EXPECT_TRUE(rewriter.ok()) << rewriter.error().message;
  if (!rewriter.ok()) return {};
  const model::Page page = SamplePage(kind, model::Severity::kCritical, kNow);
  return (*rewriter)(page, {}, "https://vedette.example");
}

TEST(PageTemplate, SaysAPageInTheWordsOfItsReceiver) {
  const model::Page page = Rewrite(
      {.title = "[{{ .Status | toUpper }}] {{ .CommonLabels.alertname }} ({{ len .Alerts }})",
       .text = "{{ range .Alerts }}{{ .Labels.service }}: {{ .Annotations.summary }}{{ end }}\n"
               "{{ range $i, $s := .Services }}{{ if $i }}, {{ end }}{{ $s }}{{ end }} since "
               "{{ .Since }} {{ .IncidentURL }} {{ .Priority }}"});

  EXPECT_EQ(page.title, "[FIRING] HighErrorRatio (1)");
  EXPECT_EQ(page.text,
            "payment: 41 % of requests fail\npayment, order since 2023-11-14T22:11:20.000Z "
            "https://vedette.example/incidents/in_sample P1");
  EXPECT_EQ(Rewrite({.title = "{{ .Heading }}"}, model::PageKind::kResolved).title, "Resolved");
}

TEST(PageTemplate, LeavesAloneWhatItDoesNotSay) {
  const model::Page page = Rewrite({.title = "short"});
  EXPECT_EQ(page.title, "short");
  EXPECT_EQ(page.text, SamplePage(page.kind, page.severity, kNow).text);
  EXPECT_EQ(*MakeRewriter({}), nullptr);
}

TEST(PageTemplate, AMistakeIsFoundWhenItIsRead) {
  const auto field = [](const PageTemplates& templates) {
    const auto rewriter = MakeRewriter(templates);
    return rewriter.ok() ? "" : rewriter.error().field;
  };
  EXPECT_EQ(field({.title = "{{ .Title"}), "title");
  EXPECT_EQ(field({.text = "{{ .Nothing }}"}), "text");
  EXPECT_EQ(field({.text = "{{ nothing .Title }}"}), "text");
  EXPECT_EQ(field({.text = std::string(65 << 10, 'x')}), "text");
}

TEST(PageTemplate, AMistakeThatShowsLaterLosesNoPage) {
  const auto rewriter = MakeRewriter({.text = "{{ if eq .Severity \"info\" }}{{ .No }}{{ end }}"});
  ASSERT_TRUE(rewriter.ok()) << rewriter.error().message;
  const model::Page page = SamplePage(model::PageKind::kOpened, model::Severity::kInfo, kNow);

  const model::Page out = (*rewriter)(page, {}, "");

  EXPECT_TRUE(out.text.starts_with(page.text + "\n(The template of this receiver failed: "))
      << out.text;
}

}  // namespace
}  // namespace vedette::app
