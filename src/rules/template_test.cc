#include "rules/template.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <limits>
#include <utility>

#include "rules/duration.h"
#include "rules/template_humanize.h"
#include "rules/template_value.h"

namespace vedette::rules {
namespace {

base::Result<std::vector<TemplateSample>> Answer(const std::string& promql) {
  if (promql == "none") return std::vector<TemplateSample>{};
  if (promql == "bad") return base::InvalidArgument("1:1: parse error");
  return std::vector<TemplateSample>{
      {model::Labels({{"__name__", "up"}, {"instance", "b:9100"}}), 21},
      {model::Labels({{"__name__", "up"}, {"instance", "a:9100"}}), 11}};
}

base::Result<std::string> TryExpand(std::string_view text, double value = 12.5) {
  const model::Labels labels({{"instance", "db-1.example.org:9100"}, {"job", "node"}});
  const model::Labels external({std::pair("region", "eu")});
  const TemplateQuery query = Answer;
  TemplateData data;
  data.labels = labels;
  data.value = value;
  data.external_labels = external;
  data.external_url = "http://vedette.example.org/base";
  data.now = base::FromMillis(1'700'000'000'000);
  data.query = &query;
  const base::Result<Template> parsed = Template::Parse("t", text);
  if (!parsed.ok()) return parsed.error();
  return parsed->Expand(data);
}

std::string Expand(std::string_view text, double value = 12.5) {
  base::Result<std::string> result = TryExpand(text, value);
  return result.ok() ? *result : "ERROR " + result.error().message;
}

struct Case {
  std::string_view text;
  std::string_view expected;
};

void ExpectAll(std::initializer_list<Case> cases) {
  for (const Case& c : cases) EXPECT_EQ(Expand(c.text), c.expected) << c.text;
}

TEST(Template, TheDotMayBeSomethingElseThanASample) {
  TemplateMap fields{.entries = {}, .record = true};
  fields.entries.emplace("Title", TemplateValue(std::string_view("down")));
  const TemplateValue dot(std::move(fields));
  const model::Labels labels({std::pair("job", "node")});
  TemplateData data;
  data.labels = labels;
  data.dot = &dot;

  EXPECT_EQ(*Template::Parse("t", "{{ .Title }} {{ $.Title }} {{ $labels.job }}")->Expand(data),
            "down down node");
  EXPECT_FALSE(Template::Parse("t", "{{ .Labels }}")->Expand(data).ok());
}

TEST(Template, ReadsVariablesAndFields) {
  ExpectAll({
      {"plain", "plain"},
      {"{{ $labels.job }} is {{ $value }}", "node is 12.5"},
      {"{{ .Labels.job }} is {{ .Value }}", "node is 12.5"},
      {"{{ $labels.missing }}|", "|"},
      {"{{ $externalLabels.region }} {{ $externalURL }} {{ externalURL }}",
       "eu http://vedette.example.org/base http://vedette.example.org/base"},
      {"{{ pathPrefix }}", "/base"},
      {"{{ index $labels \"job\" }}", "node"},
      {"{{ $labels }}", "map[instance:db-1.example.org:9100 job:node]"},
      {"{{ \"quo\\\"ted\\n\" }}{{ `raw \\n` }}", "quo\"ted\nraw \\n"},
      {"{{ 1 }} {{ 1.5 }} {{ true }} {{ -3 }} {{ 0x10 }} {{ 1e3 }}", "1 1.5 true -3 16 1000"},
  });
}

TEST(Template, TrimsSpaceAndLeavesCommentsOut) {
  ExpectAll({
      {"a  {{- 1 -}}  b", "a1b"},
      {"a {{/* nothing */}} b", "a  b"},
      {"a {{- /* nothing */ -}} b", "ab"},
      {"{{ 1\n}}", "1"},
  });
}

TEST(Template, BranchesAndRepeats) {
  ExpectAll({
      {"{{ if gt $value 10.0 }}high{{ else }}low{{ end }}", "high"},
      {"{{ if eq $labels.job \"a\" }}1{{ else if eq $labels.job \"node\" }}2{{ else }}3{{ end }}",
       "2"},
      {"{{ with $labels.nope }}x{{ else }}none{{ end }}", "none"},
      {"{{ with $labels.job }}{{ . }}{{ end }}", "node"},
      {"{{ range $i, $x := query \"up\" }}{{ $i }}={{ $x.Labels.instance }};{{ end }}",
       "0=b:9100;1=a:9100;"},
      {"{{ range query \"up\" | sortByLabel \"instance\" }}{{ .Value }} {{ end }}", "11 21 "},
      {"{{ range query \"none\" }}x{{ else }}nobody{{ end }}", "nobody"},
      {"{{ range $k, $v := $labels }}{{ $k }}:{{ $v }} {{ end }}",
       "instance:db-1.example.org:9100 job:node "},
      {"{{ range query \"up\" }}{{ .Value }}{{ break }}{{ end }}", "21"},
      {"{{ range query \"up\" }}{{ if eq .Value 21.0 }}{{ continue }}{{ end }}{{ .Value }}{{ end "
       "}}",
       "11"},
      {"{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"},
      {"{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}", "1"},
  });
}

TEST(Template, CallsNamedTemplatesWithTheirOwnVariables) {
  ExpectAll({
      {"{{ define \"t\" }}[{{ . }}]{{ end }}{{ template \"t\" $labels.job }}", "[node]"},
      {"{{ define \"t\" }}{{ .arg0 }}-{{ .arg1 }}{{ end }}{{ template \"t\" (args 1 \"b\") }}",
       "1-b"},
      {"{{ block \"b\" 5 }}<{{ . }}>{{ end }}", "<5>"},
  });
  EXPECT_NE(Expand("{{ define \"t\" }}{{ $labels.job }}{{ end }}").find("undefined variable"),
            std::string::npos);
}

TEST(Template, ComparesAsGoDoes) {
  ExpectAll({
      {"{{ and true false }} {{ or false \"x\" }} {{ not 0 }}", "false x true"},
      {"{{ or true (query \"bad\") }}", "true"},
      {"{{ eq 1 2 1 }} {{ ne 1 2 }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt 1 2 }} {{ ge 2 2 }}",
       "true true true true false true"},
      {"{{ gt $value 10 }}",
       "ERROR error executing template t: template: t:1: error calling gt: incompatible types for "
       "comparison"},
      {"{{ len $labels }} {{ len \"abc\" }} {{ slice \"abcdef\" 1 3 }}", "2 3 bc"},
  });
}

TEST(Template, PrintsAsGoDoes) {
  ExpectAll({
      {"{{ printf \"%.2f|%5.1f|%-5d|%05d|%s|%q|%v|%%\" $value 2.0 3 4 \"x\" \"y\" true }}",
       "12.50|  2.0|3    |00004|x|\"y\"|true|%"},
      {"{{ printf \"%d\" $value }}", "%!d(float64=12.5)"},
      {"{{ printf \"%s\" }}", "%!s(MISSING)"},
      {"{{ printf \"x\" 1 }}", "x%!(EXTRA int=1)"},
      {"{{ $value | printf \"%.0f%%\" }}", "12%"},
      {"{{ print \"a\" 1 2 \"b\" }}", "a1 2b"},
      {"{{ printf \"%e %g %x\" 1234.5 0.00001 255 }}", "1.234500e+03 1e-05 ff"},
  });
  EXPECT_EQ(Expand("{{ $value }}", 1e6), "1e+06");
  EXPECT_EQ(Expand("{{ $value }}", 123456), "123456");
  EXPECT_EQ(Expand("{{ $value }}", 0.00001), "1e-05");
  EXPECT_EQ(Expand("{{ $value }}", std::numeric_limits<double>::infinity()), "+Inf");
}

TEST(Template, HasPrometheusFunctions) {
  ExpectAll({
      {"{{ query \"up\" | first | value | humanize }}", "21"},
      {"{{ query \"up\" | first | label \"instance\" }}", "b:9100"},
      {"{{ $labels.instance | stripPort }}", "db-1.example.org"},
      {"{{ $labels.instance | stripDomain }}", "db-1:9100"},
      {"{{ stripDomain \"10.0.0.1:80\" }} {{ stripPort \"[::1]:80\" }}", "10.0.0.1:80 ::1"},
      {"{{ reReplaceAll \"(.*):(.*)\" \"$2-${1}\" \"a:b\" }}", "b-a"},
      {"{{ reReplaceAll \"x*\" \"-\" \"abxc\" }}", "-a-b-c-"},
      {"{{ if match \"^db\" $labels.instance }}database{{ end }}", "database"},
      {"{{ title \"hello new world\" }} {{ toUpper \"a\" }} {{ toLower \"B\" }}",
       "Hello New World A b"},
      {"{{ parseDuration \"1h2m\" }}", "3720"},
      {"{{ safeHtml \"<b>\" }} {{ html \"<b>\" }} {{ urlQueryEscape \"a b&c\" }}",
       "<b> &lt;b&gt; a+b%26c"},
      {"{{ \"it's <a=b>\" | js }}", "it\\'s \\u003Ca\\u003Db\\u003E"},
      {"{{ graphLink \"up == 0\" }}", "/graph?g0.expr=up+%3D%3D+0&g0.tab=0"},
      {"{{ humanize \"1234567\" }}", "1.235M"},
  });
}

TEST(Template, HumanizesNumbers) {
  EXPECT_EQ(Humanize(0), "0");
  EXPECT_EQ(Humanize(1234567), "1.235M");
  EXPECT_EQ(Humanize(-4200), "-4.2k");
  EXPECT_EQ(Humanize(0.0042), "4.2m");
  EXPECT_EQ(Humanize1024(1048576), "1Mi");
  EXPECT_EQ(Humanize1024(0.5), "0.5");
  EXPECT_EQ(HumanizeDuration(0), "0s");
  EXPECT_EQ(HumanizeDuration(0.1), "100ms");
  EXPECT_EQ(HumanizeDuration(59.5), "59.5s");
  EXPECT_EQ(HumanizeDuration(3700), "1h 1m 40s");
  EXPECT_EQ(HumanizeDuration(-90), "-1m 30s");
  EXPECT_EQ(HumanizeDuration(200'000), "2d 7h 33m 20s");
  EXPECT_EQ(HumanizePercentage(0.1234), "12.34%");
  EXPECT_EQ(HumanizeTimestamp(1435065584.128), "2015-06-23 13:19:44.128 +0000 UTC");
  EXPECT_EQ(HumanizeTimestamp(1435065584.1), "2015-06-23 13:19:44.1 +0000 UTC");
  EXPECT_EQ(HumanizeTimestamp(1435065584.9999), "2015-06-23 13:19:44.999 +0000 UTC");
  EXPECT_EQ(HumanizeTimestamp(1700000000), "2023-11-14 22:13:20 +0000 UTC");
  EXPECT_EQ(HumanizeTimestamp(-1.5), "1969-12-31 23:59:58.5 +0000 UTC");
  EXPECT_EQ(GoDuration(3700), "1h1m40s");
}

TEST(Template, SaysWhatIsWrongAndWhere) {
  ExpectAll({
      {"{{ $nope }}",
       "ERROR error parsing template t: template: t:1: undefined variable \"$nope\""},
      {"a\n{{ nope 1 }}",
       "ERROR error parsing template t: template: t:2: function \"nope\" not defined"},
      {"{{ call 1 }}",
       "ERROR error executing template t: template: t:1: error calling call: non-function 1 "
       "of type int"},
      {"{{ if true }}", "ERROR error parsing template t: template: t:1: unexpected EOF"},
      {"{{ $value", "ERROR error parsing template t: template: t:1: unclosed action"},
      {"{{ end }}", "ERROR error parsing template t: template: t:1: unexpected {{end}}"},
      {"{{ }}", "ERROR error parsing template t: template: t:1: missing value for command"},
      {"{{ query \"none\" | first }}",
       "ERROR error executing template t: template: t:1: error calling first: first() called on "
       "vector with no elements"},
      {"{{ .Nope }}",
       "ERROR error executing template t: template: t:1: can't evaluate field Nope in type struct"},
      {"{{ query \"bad\" }}",
       "ERROR error executing template t: template: t:1: error calling query: 1:1: parse error"},
      {"{{ template \"x\" }}",
       "ERROR error executing template t: template: t:1: template \"x\" not defined"},
      {"{{ humanize \"x\" }}",
       "ERROR error executing template t: template: t:1: error calling humanize: "
       "strconv.ParseFloat: parsing \"x\": invalid syntax"},
  });
}

TEST(Template, IsBoundedInStepsDepthAndOutput) {
  const std::string many = "{{ $x := \"aaaaaaaa\" }}" + [] {
    std::string text;
    for (int i = 0; i < 40; ++i) text += "{{ $x = printf \"%s%s\" $x $x }}";
    return text;
  }();
  EXPECT_NE(Expand(many).find("too long"), std::string::npos);
  EXPECT_NE(Expand("{{ define \"t\" }}{{ template \"t\" }}{{ end }}{{ template \"t\" }}")
                .find("too deeply"),
            std::string::npos);
  std::string deep;
  for (int i = 0; i < 200; ++i) deep += "{{ if true }}";
  EXPECT_NE(Expand(deep).find("nested too deeply"), std::string::npos);
  EXPECT_NE(Expand("{{ " + std::string(200, '(') + "1 }}").find("nested too deeply"),
            std::string::npos);
  EXPECT_NE(Expand("{{ printf \"%2000d\" 1 }}").find("beyond 1000"), std::string::npos);
}

TEST(PrometheusDuration, TakesUnitsOnceAndInOrder) {
  EXPECT_EQ(ParsePrometheusDuration("1h30m")->count(), 5'400'000);
  EXPECT_EQ(ParsePrometheusDuration("1d12h")->count(), 129'600'000);
  EXPECT_EQ(ParsePrometheusDuration("250ms")->count(), 250);
  EXPECT_EQ(ParsePrometheusDuration("0")->count(), 0);
  for (const std::string_view bad :
       {"", "1", "1.5h", "-1h", "30m1h", "1h1h", "1x", "m", "999999999y"}) {
    EXPECT_FALSE(ParsePrometheusDuration(bad).ok()) << bad;
  }
  for (const std::string_view text : {"1h30m", "10m", "0s", "1d", "250ms", "1w", "1d12h"}) {
    EXPECT_EQ(FormatPrometheusDuration(*ParsePrometheusDuration(text)), text);
  }
}

}  // namespace
}  // namespace vedette::rules
