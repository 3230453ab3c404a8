#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "rules/template.h"
#include "rules/template_humanize.h"

using vedette::rules::Template;
using vedette::rules::TemplateSample;

// A template of an annotation: whatever it says, it ends, and writes no more than it may.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const vedette::base::Result<Template> parsed = Template::Parse("fuzz", text);
  if (!parsed.ok()) return 0;
  const vedette::model::Labels labels({{"instance", "a.example.org:9100"}, {"job", "node"}});
  const vedette::rules::TemplateQuery query =
      [&](const std::string&) -> vedette::base::Result<std::vector<TemplateSample>> {
    return std::vector<TemplateSample>{{labels, 1}, {labels, 2.5}};
  };
  vedette::rules::TemplateData data_for;
  data_for.labels = labels;
  data_for.value = 12.5;
  data_for.external_url = "http://localhost:8000";
  data_for.query = &query;
  const vedette::base::Result<std::string> out = parsed->Expand(data_for);
  if (out.ok() && text.find("{{") != std::string_view::npos) {
    VEDETTE_CHECK(out->size() <= vedette::rules::kTemplateOutputMax);
  }
  return 0;
}
