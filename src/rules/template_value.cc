#include "rules/template_value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/core.h>
#include <optional>

namespace vedette::rules {
namespace {

constexpr int kWidthMax = 1000;

struct Verb {
  bool minus = false;
  bool plus = false;
  bool zero = false;
  bool space = false;
  bool sharp = false;
  std::optional<int> width;
  std::optional<int> precision;
  char letter = 0;
};

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string FloatText(double value, const Verb& verb) {
  if (!std::isfinite(value)) return GoFloat(value);
  std::string out;
  const double magnitude = std::fabs(value);
  switch (verb.letter) {
    case 'f':
    case 'F': out = fmt::format("{:.{}f}", magnitude, verb.precision.value_or(6)); break;
    case 'e': out = fmt::format("{:.{}e}", magnitude, verb.precision.value_or(6)); break;
    case 'E': out = fmt::format("{:.{}E}", magnitude, verb.precision.value_or(6)); break;
    default:
      out = verb.precision ? fmt::format("{:.{}g}", magnitude, std::max(1, *verb.precision))
                           : GoFloat(magnitude);
  }
  if (std::signbit(value)) return "-" + out;
  if (verb.plus) return "+" + out;
  return verb.space ? " " + out : out;
}

std::string IntText(int64_t value, const Verb& verb) {
  std::string out;
  const uint64_t magnitude =
      value < 0 ? uint64_t{0} - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  switch (verb.letter) {
    case 'x': out = fmt::format("{}{:x}", verb.sharp ? "0x" : "", magnitude); break;
    case 'X': out = fmt::format("{}{:X}", verb.sharp ? "0X" : "", magnitude); break;
    case 'o': out = fmt::format("{:o}", magnitude); break;
    case 'b': out = fmt::format("{:b}", magnitude); break;
    default: out = fmt::format("{}", magnitude);
  }
  if (value < 0) return "-" + out;
  if (verb.plus) return "+" + out;
  return verb.space ? " " + out : out;
}

// UTF-8 of a code point; U+FFFD for what is none.
std::string Rune(int64_t code) {
  if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return "\xef\xbf\xbd";
  const auto c = static_cast<uint32_t>(code);
  const auto tail = [](uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3f)); };
  if (c < 0x80) return std::string(1, static_cast<char>(c));
  if (c < 0x800) return {static_cast<char>(0xc0 | (c >> 6)), tail(c)};
  if (c < 0x10000) return {static_cast<char>(0xe0 | (c >> 12)), tail(c >> 6), tail(c)};
  return {static_cast<char>(0xf0 | (c >> 18)), tail(c >> 12), tail(c >> 6), tail(c)};
}

// Nothing when the verb does not suit the value.
std::optional<std::string> Format(const TemplateValue& value, const Verb& verb) {
  const std::string_view letters(&verb.letter, 1);
  const auto is_one_of = [&](std::string_view set) {
    return set.find(letters) != std::string_view::npos;
  };
  if (const double* number = value.As<double>(); number != nullptr && is_one_of("vfFeEgG")) {
    return FloatText(*number, verb);
  }
  if (const int64_t* number = value.As<int64_t>(); number != nullptr) {
    if (is_one_of("vdxXob")) return IntText(*number, verb);
    if (verb.letter == 'c') return Rune(*number);
    if (verb.letter == 'q') return "'" + Rune(*number) + "'";
    return std::nullopt;
  }
  if (const bool* flag = value.As<bool>(); flag != nullptr && is_one_of("vt")) {
    return *flag ? "true" : "false";
  }
  if (const std::string* text = value.text(); text != nullptr) {
    std::string_view shown = *text;
    if (verb.precision && is_one_of("vsq")) {
      shown = shown.substr(0, static_cast<size_t>(*verb.precision));
    }
    if (is_one_of("vs")) return std::string(shown);
    if (verb.letter == 'q') return Quoted(shown);
    if (verb.letter == 'x') {
      std::string out;
      for (const char c : shown) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
      return out;
    }
    return std::nullopt;
  }
  if ((value.list() != nullptr || value.map() != nullptr) && is_one_of("vs")) {
    return TemplateText(value);
  }
  return std::nullopt;
}

std::string Pad(std::string text, const Verb& verb, bool number) {
  const size_t width = static_cast<size_t>(verb.width.value_or(0));
  size_t characters = 0;
  for (const char c : text) characters += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  if (characters >= width) return text;
  const size_t missing = width - characters;
  if (verb.minus) return text + std::string(missing, ' ');
  if (!verb.zero || !number) return std::string(missing, ' ') + text;
  const size_t sign = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  return text.insert(sign, missing, '0');
}

// Reads what follows a '%'; `at` is moved behind the verb.
base::Result<Verb> ReadVerb(std::string_view format, size_t& at) {
  Verb verb;
  for (; at < format.size(); ++at) {
    const char c = format[at];
    if (c == '-') {
      verb.minus = true;
    } else if (c == '+') {
      verb.plus = true;
    } else if (c == '0') {
      verb.zero = true;
    } else if (c == ' ') {
      verb.space = true;
    } else if (c == '#') {
      verb.sharp = true;
    } else {
      break;
    }
  }
  const auto number = [&]() -> base::Result<int> {
    int value = 0;
    while (at < format.size() && format[at] >= '0' && format[at] <= '9') {
      value = value * 10 + (format[at++] - '0');
      if (value > kWidthMax) return base::InvalidArgument("printf: a width beyond 1000");
    }
    return value;
  };
  if (at < format.size() && format[at] >= '1' && format[at] <= '9') {
    VEDETTE_TRY(verb.width, number());
  }
  if (at < format.size() && format[at] == '.') {
    ++at;
    VEDETTE_TRY(verb.precision, number());
  }
  if (at < format.size()) verb.letter = format[at++];
  return verb;
}

std::string Wrong(const Verb& verb, const TemplateValue& value) {
  if (value.is_nil()) return fmt::format("%!{}(<nil>)", verb.letter);
  return fmt::format("%!{}({}={})", verb.letter, value.TypeName(), TemplateText(value));
}

}  // namespace

bool TemplateValue::Truth() const {
  if (const bool* flag = As<bool>()) return *flag;
  if (const int64_t* number = As<int64_t>()) return *number != 0;
  if (const double* number = As<double>()) return *number != 0;
  if (const std::string* string = text()) return !string->empty();
  if (list() != nullptr) return !list()->items.empty();
  if (map() != nullptr) return map()->record || !map()->entries.empty();
  return false;
}

std::string_view TemplateValue::TypeName() const {
  if (As<bool>() != nullptr) return "bool";
  if (As<int64_t>() != nullptr) return "int";
  if (As<double>() != nullptr) return "float64";
  if (text() != nullptr) return "string";
  if (list() != nullptr) return "template.queryResult";
  if (map() != nullptr) return map()->record ? "template.sample" : "map[string]string";
  return "nil";
}

std::string GoFloat(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Inf" : "+Inf";
  if (value == 0) return std::signbit(value) ? "-0" : "0";
  char buffer[64];
  const char* end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string_view scientific(buffer, static_cast<size_t>(end - buffer));
  const size_t e = scientific.find('e');
  int exponent = 0;
  const std::string_view digits = scientific.substr(e + 1);
  std::from_chars(digits.data() + (digits[0] == '+' ? 1 : 0), digits.data() + digits.size(),
                  exponent);
  if (exponent < -4 || exponent >= 6) return std::string(scientific);
  return std::string(
      buffer, std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr);
}

std::string TemplateText(const TemplateValue& value) {
  if (const bool* flag = value.As<bool>()) return *flag ? "true" : "false";
  if (const int64_t* number = value.As<int64_t>()) return fmt::format("{}", *number);
  if (const double* number = value.As<double>()) return GoFloat(*number);
  if (const std::string* text = value.text()) return *text;
  std::string out;
  if (const TemplateList* list = value.list()) {
    for (const TemplateValue& item : list->items) {
      out += (out.empty() ? "" : " ") + TemplateText(item);
    }
    return "[" + out + "]";
  }
  if (const TemplateMap* map = value.map()) {
    for (const auto& [name, item] : map->entries) {
      out += (out.empty() ? "" : " ") + name + ":" + TemplateText(item);
    }
    return "map[" + out + "]";
  }
  return "<no value>";
}

base::Result<std::string> TemplatePrintf(std::string_view format,
                                         const std::vector<TemplateValue>& args) {
  std::string out;
  size_t next = 0;
  size_t at = 0;
  while (at < format.size()) {
    if (format[at] != '%') {
      out += format[at++];
      continue;
    }
    ++at;
    VEDETTE_TRY(const Verb verb, ReadVerb(format, at));
    if (verb.letter == 0) {
      out += "%!(NOVERB)";
    } else if (verb.letter == '%') {
      out += '%';
    } else if (next >= args.size()) {
      out += fmt::format("%!{}(MISSING)", verb.letter);
    } else {
      const TemplateValue& value = args[next++];
      const bool number = value.As<double>() != nullptr || value.As<int64_t>() != nullptr;
      std::optional<std::string> text = Format(value, verb);
      out += text ? Pad(*std::move(text), verb, number) : Wrong(verb, value);
    }
  }
  if (next < args.size()) {
    std::string extra;
    for (; next < args.size(); ++next) {
      extra += fmt::format("{}{}={}", extra.empty() ? "" : ", ", args[next].TypeName(),
                           TemplateText(args[next]));
    }
    out += "%!(EXTRA " + extra + ")";
  }
  return out;
}

}  // namespace vedette::rules
