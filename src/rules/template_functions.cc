#include "rules/template_functions.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <fmt/core.h>
#include <memory>
#include <optional>
#include <re2/re2.h>
#include <utility>

#include "base/clock.h"
#include "rules/duration.h"
#include "rules/template_humanize.h"

namespace vedette::rules {
namespace {

using Args = std::span<const TemplateValue>;
using Value = TemplateValue;

constexpr size_t kUnlimited = 64;

struct Function {
  std::string_view name;
  size_t args_min;
  size_t args_max;
  base::Result<Value> (*call)(Args args, const TemplateData& data);
};

base::Result<double> ToFloat(const Value& value) {
  if (const double* number = value.As<double>()) return *number;
  if (const int64_t* number = value.As<int64_t>()) return static_cast<double>(*number);
  if (const std::string* text = value.text()) {
    double number = 0;
    std::string_view digits = *text;
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc() && end == digits.data() + digits.size()) return number;
    return base::InvalidArgument(
        fmt::format("strconv.ParseFloat: parsing \"{}\": invalid syntax", *text));
  }
  return base::InvalidArgument(fmt::format("can't convert {} to float", value.TypeName()));
}

base::Result<std::string> ToText(const Value& value) {
  if (const std::string* text = value.text()) return *text;
  return base::InvalidArgument(
      fmt::format("wrong type for value; expected string; got {}", value.TypeName()));
}

std::string Joined(Args args) {
  std::string out;
  bool text_before = true;
  for (size_t i = 0; i < args.size(); ++i) {  // fmt.Sprint: spaces between what is no text
    const bool text = args[i].text() != nullptr;
    if (i > 0 && !text && !text_before) out += ' ';
    out += TemplateText(args[i]);
    text_before = text;
  }
  return out;
}

template <std::string (*kHumanize)(double)>
base::Result<Value> Humanized(Args args, const TemplateData&) {
  VEDETTE_TRY(const double number, ToFloat(args[0]));
  return Value(kHumanize(number));
}

template <std::string (*kChange)(std::string_view)>
base::Result<Value> Changed(Args args, const TemplateData&) {
  VEDETTE_TRY(const std::string text, ToText(args[0]));
  return Value(kChange(text));
}

// --- comparison

// -1, 0 or 1; an error when Go would not compare them.
base::Result<int> Compare(const Value& a, const Value& b, bool ordered) {
  const auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  if (a.As<int64_t>() && b.As<int64_t>()) return sign(*a.As<int64_t>(), *b.As<int64_t>());
  if (a.As<double>() && b.As<double>()) {
    const double x = *a.As<double>(), y = *b.As<double>();
    return x == y ? 0 : x < y ? -1 : 1;
  }
  if (a.text() && b.text()) return sign(*a.text(), *b.text());
  if (!ordered && a.As<bool>() && b.As<bool>()) return *a.As<bool>() == *b.As<bool>() ? 0 : 1;
  if (!ordered && a.is_nil() && b.is_nil()) return 0;
  const bool composite = a.list() || b.list() || a.map() || b.map();
  if (composite || (ordered && (a.As<bool>() || b.As<bool>()))) {
    return base::InvalidArgument("invalid type for comparison");
  }
  return base::InvalidArgument("incompatible types for comparison");
}

base::Result<Value> Equal(Args args, const TemplateData&) {
  for (size_t i = 1; i < args.size(); ++i) {
    VEDETTE_TRY(const int order, Compare(args[0], args[i], false));
    if (order == 0) return Value(true);
  }
  return Value(false);
}
base::Result<Value> NotEqual(Args args, const TemplateData&) {
  VEDETTE_TRY(const int order, Compare(args[0], args[1], false));
  return Value(order != 0);
}
template <bool kLess, bool kOrEqual>
base::Result<Value> Ordered(Args args, const TemplateData&) {
  VEDETTE_TRY(const int order, Compare(args[0], args[1], true));
  return Value(order == 0 ? kOrEqual : kLess == (order < 0));
}

// --- parts of values

base::Result<Value> Length(Args args, const TemplateData&) {
  if (args[0].text()) return Value(static_cast<int64_t>(args[0].text()->size()));
  if (args[0].list()) return Value(static_cast<int64_t>(args[0].list()->items.size()));
  if (args[0].map()) return Value(static_cast<int64_t>(args[0].map()->entries.size()));
  return base::InvalidArgument(fmt::format("len of type {}", args[0].TypeName()));
}

base::Result<Value> Index(Args args, const TemplateData&) {
  Value value = args[0];
  for (const Value& key : args.subspan(1)) {
    if (const TemplateMap* map = value.map()) {
      VEDETTE_TRY(const std::string name, ToText(key));
      const auto found = map->entries.find(name);
      value = Value(found == map->entries.end() ? Value(std::string()) : found->second);
    } else if (const TemplateList* list = value.list()) {
      const int64_t* at = key.As<int64_t>();
      if (at == nullptr) return base::InvalidArgument("cannot index slice/array with that type");
      if (*at < 0 || static_cast<size_t>(*at) >= list->items.size()) {
        return base::InvalidArgument(fmt::format("index out of range: {}", *at));
      }
      value = Value(list->items[static_cast<size_t>(*at)]);
    } else {
      return base::InvalidArgument(fmt::format("can't index item of type {}", value.TypeName()));
    }
  }
  return value;
}

base::Result<Value> Slice(Args args, const TemplateData&) {
  const std::string* text = args[0].text();
  const TemplateList* list = args[0].list();
  if (text == nullptr && list == nullptr) {
    return base::InvalidArgument(fmt::format("can't slice item of type {}", args[0].TypeName()));
  }
  const size_t size = text != nullptr ? text->size() : list->items.size();
  size_t bounds[2] = {0, size};
  for (size_t i = 1; i < args.size(); ++i) {
    const int64_t* at = args[i].As<int64_t>();
    if (at == nullptr || *at < 0 || static_cast<size_t>(*at) > size) {
      return base::InvalidArgument("index out of range");
    }
    bounds[i - 1] = static_cast<size_t>(*at);
  }
  if (bounds[0] > bounds[1]) return base::InvalidArgument("invalid slice index");
  if (text != nullptr) return Value(text->substr(bounds[0], bounds[1] - bounds[0]));
  const auto begin = list->items.begin();
  return Value(TemplateList{{begin + static_cast<std::ptrdiff_t>(bounds[0]),
                             begin + static_cast<std::ptrdiff_t>(bounds[1])}});
}

base::Result<Value> Field(const Value& sample, std::string_view name) {
  const TemplateMap* map = sample.map();
  const auto found =
      map == nullptr ? std::map<std::string, Value>::const_iterator() : map->entries.find(name);
  if (map == nullptr || !map->record || found == map->entries.end()) {
    return base::InvalidArgument(
        fmt::format("wrong type for value; expected a sample; got {}", sample.TypeName()));
  }
  return found->second;
}

base::Result<Value> LabelOf(Args args, const TemplateData&) {
  VEDETTE_TRY(const std::string name, ToText(args[0]));
  VEDETTE_TRY(const Value labels, Field(args[1], "Labels"));
  const auto found = labels.map()->entries.find(name);
  return found == labels.map()->entries.end() ? Value(std::string()) : found->second;
}

base::Result<Value> First(Args args, const TemplateData&) {
  if (args[0].list() == nullptr) {
    return base::InvalidArgument(
        fmt::format("wrong type for value; expected a vector; got {}", args[0].TypeName()));
  }
  if (args[0].list()->items.empty()) {
    return base::InvalidArgument("first() called on vector with no elements");
  }
  return args[0].list()->items.front();
}

base::Result<Value> SortByLabel(Args args, const TemplateData&) {
  VEDETTE_TRY(const std::string name, ToText(args[0]));
  if (args[1].list() == nullptr) return base::InvalidArgument("sortByLabel() needs a vector");
  const std::vector<Value>& items = args[1].list()->items;
  std::vector<std::pair<std::string, size_t>> order;
  for (const Value& item : items) {
    VEDETTE_TRY(const Value labels, Field(item, "Labels"));
    const auto found = labels.map()->entries.find(name);
    order.emplace_back(found == labels.map()->entries.end() ? "" : TemplateText(found->second),
                       order.size());
  }
  std::sort(order.begin(), order.end());
  TemplateList sorted;
  for (const auto& [key, index] : order) sorted.items.push_back(items[index]);
  return Value(std::move(sorted));
}

base::Result<Value> Query(Args args, const TemplateData& data) {
  VEDETTE_TRY(const std::string promql, ToText(args[0]));
  if (data.query == nullptr || !*data.query) return base::Unavailable("no queries here");
  VEDETTE_TRY(const std::vector<TemplateSample> samples, (*data.query)(promql));
  TemplateList list;
  for (const TemplateSample& sample : samples) {
    TemplateMap labels;
    for (const model::Label& label : sample.labels) {
      labels.entries.emplace(label.name, Value(label.value));
    }
    TemplateMap record{.entries = {}, .record = true};
    record.entries.emplace("Labels", Value(std::move(labels)));
    record.entries.emplace("Value", Value(sample.value));
    list.items.emplace_back(std::move(record));
  }
  return Value(std::move(list));
}

// --- texts

base::Result<std::unique_ptr<RE2>> Compile(const Value& pattern) {
  VEDETTE_TRY(const std::string text, ToText(pattern));
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  auto regex = std::make_unique<RE2>(text, options);
  if (!regex->ok()) {
    return base::InvalidArgument(fmt::format("error parsing regexp: {}", regex->error()));
  }
  return regex;
}

base::Result<Value> Match(Args args, const TemplateData&) {
  VEDETTE_TRY(const std::unique_ptr<RE2> regex, Compile(args[0]));
  VEDETTE_TRY(const std::string text, ToText(args[1]));
  return Value(RE2::PartialMatch(text, *regex));
}

// Go's replacement ($1, ${1}, ${name}, $$) for one match.
std::string Replacement(std::string_view pattern, const RE2& regex,
                        std::span<const re2::StringPiece> groups) {
  std::string out;
  for (size_t i = 0; i < pattern.size();) {
    if (pattern[i] != '$' || i + 1 == pattern.size()) {
      out += pattern[i++];
      continue;
    }
    ++i;
    if (pattern[i] == '$') {
      out += pattern[i++];
      continue;
    }
    const bool braces = pattern[i] == '{';
    const size_t begin = braces ? i + 1 : i;
    size_t end = begin;
    while (end < pattern.size() &&
           (std::isalnum(static_cast<unsigned char>(pattern[end])) || pattern[end] == '_')) {
      ++end;
    }
    if (end == begin || (braces && (end == pattern.size() || pattern[end] != '}'))) {
      out += '$';
      continue;
    }
    const std::string name(pattern.substr(begin, end - begin));
    i = end + (braces ? 1 : 0);
    size_t index = groups.size();
    const auto [stop, error] = std::from_chars(name.data(), name.data() + name.size(), index);
    if (error != std::errc() || stop != name.data() + name.size()) {
      const auto found = regex.NamedCapturingGroups().find(name);
      index = found == regex.NamedCapturingGroups().end() ? groups.size()
                                                          : static_cast<size_t>(found->second);
    }
    if (index < groups.size()) out.append(groups[index].data(), groups[index].size());
  }
  return out;
}

base::Result<Value> ReplaceAll(Args args, const TemplateData&) {
  VEDETTE_TRY(const std::unique_ptr<RE2> regex, Compile(args[0]));
  VEDETTE_TRY(const std::string replacement, ToText(args[1]));
  VEDETTE_TRY(const std::string text, ToText(args[2]));
  std::vector<re2::StringPiece> groups(
      static_cast<size_t>(std::min(regex->NumberOfCapturingGroups(), 100) + 1));
  std::string out;
  size_t at = 0;
  size_t copied = 0;
  while (at <= text.size() && out.size() <= kTemplateOutputMax &&
         regex->Match(text, at, text.size(), RE2::UNANCHORED, groups.data(),
                      static_cast<int>(groups.size()))) {
    const auto begin = static_cast<size_t>(groups[0].data() - text.data());
    const size_t end = begin + groups[0].size();
    // An empty match right behind the last one is none.
    if (end > begin || begin > copied || copied == 0) {
      out.append(text, copied, begin - copied);
      out += Replacement(replacement, *regex, groups);
      copied = end;
    }
    at = end > begin ? end : end + 1;
  }
  return Value(out + text.substr(std::min(copied, text.size())));
}

struct HostPort {
  std::string host;
  std::string port;
};

// As Go's net.SplitHostPort; nothing where that fails.
std::optional<HostPort> SplitHostPort(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[')) {
    if (!host.ends_with(']')) return std::nullopt;
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  if (host.find_first_of("[]") != std::string_view::npos) return std::nullopt;
  return HostPort{std::string(host), std::string(port)};
}

std::string StripPort(std::string_view text) {
  const std::optional<HostPort> parts = SplitHostPort(text);
  return parts ? parts->host : std::string(text);
}

bool IsAddress(std::string_view host) {
  if (host.find(':') != std::string_view::npos) return true;
  return !host.empty() && std::count(host.begin(), host.end(), '.') == 3 &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string StripDomain(std::string_view text) {
  const std::optional<HostPort> parts = SplitHostPort(text);
  const std::string host = parts ? parts->host : std::string(text);
  if (IsAddress(host)) return std::string(text);
  const std::string name = host.substr(0, host.find('.'));
  return parts && !parts->port.empty() ? name + ":" + parts->port : name;
}

template <int (*kChange)(int)>
std::string MapAscii(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(kChange(static_cast<unsigned char>(c)));
  return out;
}
int Upper(int c) { return c >= 'a' && c <= 'z' ? c - 32 : c; }
int Lower(int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

std::string Title(std::string_view text) {
  std::string out(text);
  bool inside = false;
  for (char& c : out) {
    if (!inside) c = static_cast<char>(Upper(static_cast<unsigned char>(c)));
    inside = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '\'' || c < 0;
  }
  return out;
}

std::string EscapeQuery(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) ||
        std::string_view("-_.~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += c == ' ' ? "+" : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string EscapeHtml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '"') {
      out += "&#34;";
    } else if (c == '\'') {
      out += "&#39;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string Same(std::string_view text) { return std::string(text); }
std::string GraphLink(std::string_view promql) {
  return "/graph?g0.expr=" + EscapeQuery(promql) + "&g0.tab=0";
}
std::string TableLink(std::string_view promql) {
  return "/graph?g0.expr=" + EscapeQuery(promql) + "&g0.tab=1";
}

base::Result<Value> ParseDurationText(Args args, const TemplateData&) {
  VEDETTE_TRY(const std::string text, ToText(args[0]));
  VEDETTE_TRY(const base::Duration duration, ParsePrometheusDuration(text));
  return Value(static_cast<double>(duration.count()) / 1000);
}

base::Result<Value> Arguments(Args args, const TemplateData&) {
  TemplateMap map;
  for (size_t i = 0; i < args.size(); ++i) map.entries.emplace(fmt::format("arg{}", i), args[i]);
  return Value(std::move(map));
}

base::Result<Value> Print(Args args, const TemplateData&) { return Value(Joined(args)); }
base::Result<Value> PrintLine(Args args, const TemplateData&) {
  std::string out;
  for (const Value& arg : args) out += (out.empty() ? "" : " ") + TemplateText(arg);
  return Value(out + "\n");
}
base::Result<Value> PrintFormatted(Args args, const TemplateData&) {
  VEDETTE_TRY(const std::string format, ToText(args[0]));
  VEDETTE_TRY(std::string out, TemplatePrintf(format, {args.begin() + 1, args.end()}));
  return Value(std::move(out));
}

std::string PathOf(std::string_view url) {
  const size_t scheme = url.find("://");
  const size_t slash = url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
  return slash == std::string_view::npos ? std::string() : std::string(url.substr(slash));
}

// As a text in a script.
std::string EscapeScript(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '\'' || c == '"') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&' ||
               c == '=') {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  return out;
}

// No value of these templates is a function.
base::Result<Value> CallFunction(Args args, const TemplateData&) {
  return base::InvalidArgument(
      fmt::format("non-function {} of type {}", TemplateText(args[0]), args[0].TypeName()));
}

constexpr Function kFunctions[] = {
    {"and", 1, kUnlimited, nullptr},
    {"or", 1, kUnlimited, nullptr},
    {"not", 1, 1,
     [](Args a, const TemplateData&) -> base::Result<Value> { return Value(!a[0].Truth()); }},
    {"eq", 2, kUnlimited, Equal},
    {"ne", 2, 2, NotEqual},
    {"lt", 2, 2, Ordered<true, false>},
    {"le", 2, 2, Ordered<true, true>},
    {"gt", 2, 2, Ordered<false, false>},
    {"ge", 2, 2, Ordered<false, true>},
    {"len", 1, 1, Length},
    {"index", 1, kUnlimited, Index},
    {"slice", 1, 3, Slice},
    {"print", 0, kUnlimited, Print},
    {"println", 0, kUnlimited, PrintLine},
    {"printf", 1, kUnlimited, PrintFormatted},
    {"html", 1, kUnlimited,
     [](Args a, const TemplateData&) -> base::Result<Value> {
       return Value(EscapeHtml(Joined(a)));
     }},
    {"urlquery", 1, kUnlimited,
     [](Args a, const TemplateData&) -> base::Result<Value> {
       return Value(EscapeQuery(Joined(a)));
     }},
    {"js", 1, kUnlimited,
     [](Args a, const TemplateData&) -> base::Result<Value> {
       return Value(EscapeScript(Joined(a)));
     }},
    {"call", 1, kUnlimited, CallFunction},
    {"query", 1, 1, Query},
    {"first", 1, 1, First},
    {"label", 2, 2, LabelOf},
    {"value", 1, 1, [](Args a, const TemplateData&) { return Field(a[0], "Value"); }},
    {"strvalue", 1, 1,
     [](Args a, const TemplateData& d) {
       const Value args[] = {Value(std::string("__value__")), a[0]};
       return LabelOf(args, d);
     }},
    {"args", 0, kUnlimited, Arguments},
    {"sortByLabel", 2, 2, SortByLabel},
    {"match", 2, 2, Match},
    {"reReplaceAll", 3, 3, ReplaceAll},
    {"safeHtml", 1, 1, Changed<Same>},
    {"title", 1, 1, Changed<Title>},
    {"toUpper", 1, 1, Changed<MapAscii<Upper>>},
    {"toLower", 1, 1, Changed<MapAscii<Lower>>},
    {"graphLink", 1, 1, Changed<GraphLink>},
    {"tableLink", 1, 1, Changed<TableLink>},
    {"urlQueryEscape", 1, 1, Changed<EscapeQuery>},
    {"stripPort", 1, 1, Changed<StripPort>},
    {"stripDomain", 1, 1, Changed<StripDomain>},
    {"humanize", 1, 1, Humanized<Humanize>},
    {"humanize1024", 1, 1, Humanized<Humanize1024>},
    {"humanizeDuration", 1, 1, Humanized<HumanizeDuration>},
    {"humanizePercentage", 1, 1, Humanized<HumanizePercentage>},
    {"humanizeTimestamp", 1, 1, Humanized<HumanizeTimestamp>},
    {"toTime", 1, 1, Humanized<HumanizeTimestamp>},
    {"toDuration", 1, 1, Humanized<GoDuration>},
    {"now", 0, 0,
     [](Args, const TemplateData& d) -> base::Result<Value> {
       return Value(static_cast<double>(base::ToMillis(d.now)) / 1000);
     }},
    {"parseDuration", 1, 1, ParseDurationText},
    {"pathPrefix", 0, 0,
     [](Args, const TemplateData& d) -> base::Result<Value> {
       return Value(PathOf(d.external_url));
     }},
    {"externalURL", 0, 0,
     [](Args, const TemplateData& d) -> base::Result<Value> { return Value(d.external_url); }},
};

const Function* Find(std::string_view name) {
  const auto* found = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                   [&](const Function& f) { return f.name == name; });
  return found == std::end(kFunctions) ? nullptr : found;
}

}  // namespace

bool HasTemplateFunction(std::string_view name) { return Find(name) != nullptr; }

base::Result<TemplateValue> CallTemplateFunction(std::string_view name, Args args,
                                                 const TemplateData& data) {
  const Function* function = Find(name);
  if (function == nullptr || function->call == nullptr) {
    return base::InvalidArgument(fmt::format("\"{}\" is not a defined function", name));
  }
  if (args.size() < function->args_min || args.size() > function->args_max) {
    return base::InvalidArgument(fmt::format("wrong number of args for {}: want {}{} got {}", name,
                                             function->args_max == kUnlimited ? "at least " : "",
                                             function->args_min, args.size()));
  }
  base::Result<Value> result = function->call(args, data);
  if (!result.ok()) return result.error().With(fmt::format("error calling {}", name));
  return result;
}

}  // namespace vedette::rules
