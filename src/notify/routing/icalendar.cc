#include "notify/routing/icalendar.h"

#include <algorithm>
#include <cctype>
#include <fmt/core.h>
#include <optional>

#include "base/duration.h"

namespace vedette::notify::routing {
namespace {

using base::TimePoint;

constexpr size_t kLineBytes = 75;          // of a written line, after which it goes on in the next
constexpr size_t kValueBytesMax = 10'000;  // of a read one

// 20261123T090000Z
std::string Stamp(TimePoint time) {
  const LocalTime utc = TimeZone().ToLocal(time);
  std::string out;
  for (const char c : FormatLocal(utc)) {
    if (c != '-' && c != ':') out += c == ' ' ? 'T' : c;
  }
  const auto second = std::chrono::floor<std::chrono::seconds>(utc.time_since_epoch()).count() % 60;
  return out + fmt::format("{:02}Z", second);
}

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == ';' || c == ',') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  return out;
}

// A line of the calendar, folded between characters.
void Line(std::string& out, std::string_view line) {
  bool first = true;
  while (!line.empty()) {
    size_t take = std::min(line.size(), first ? kLineBytes : kLineBytes - 1);
    while (take < line.size() && take > 1 && (line[take] & 0xC0) == 0x80) --take;
    out += first ? "" : " ";
    out += line.substr(0, take);
    out += "\r\n";
    line.remove_prefix(take);
    first = false;
  }
}

struct Property {
  std::string name;  // upper case
  std::string zone;  // its TZID
  std::string value;
};

std::string Upper(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

// The next line with those that continue it.
std::string NextLine(std::string_view& text) {
  std::string line;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.ends_with('\r')) part.remove_suffix(1);
    if (line.size() < kValueBytesMax) line += part;
    if (text.empty() || (text.front() != ' ' && text.front() != '\t')) break;
    text.remove_prefix(1);
  }
  return line;
}

// NAME;PARAMETER=x;TZID="a:b":value
Property ParseLine(std::string_view line) {
  Property property;
  bool quoted = false;
  size_t begin = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (quoted || (line[i] != ';' && line[i] != ':')) continue;
    const std::string_view part = line.substr(begin, i - begin);
    if (begin == 0) {
      property.name = Upper(part);
    } else if (Upper(part.substr(0, 5)) == "TZID=") {
      property.zone = part.substr(5);
      std::erase(property.zone, '"');
    }
    begin = i + 1;
    if (line[i] == ':') {
      property.value = line.substr(begin);
      return property;
    }
  }
  return {};
}

std::string Unescaped(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      out += text[i] == 'n' || text[i] == 'N' ? ' ' : text[i];
    } else {
      out += text[i];
    }
  }
  return out;
}

// 20261123, 20261123T090000 or the same with Z.
base::Result<TimePoint> ParseStamp(const Property& property, TimeZone zone) {
  std::string_view text = property.value;
  if (!property.zone.empty()) {
    VEDETTE_TRY(zone, TimeZone::Find(property.zone));
  }
  if (text.ends_with('Z')) {
    zone = TimeZone();
    text.remove_suffix(1);
  }
  const bool fits = text.size() == 8 || (text.size() == 15 && text[8] == 'T');
  if (!fits || text.find_first_not_of("0123456789T") != std::string_view::npos) {
    return base::InvalidArgument(fmt::format("\"{}\" is no time", property.value));
  }
  std::string local =
      fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2));
  if (text.size() == 15) local += fmt::format(" {}:{}", text.substr(9, 2), text.substr(11, 2));
  VEDETTE_TRY(const LocalTime time, ParseLocal(local));
  return zone.ToUtc(time);
}

// An event while it is read.
struct Draft {
  CalendarEvent event;
  std::optional<TimePoint> from;
  std::optional<TimePoint> to;
  std::string trouble;

  void Take(const Property& property, TimeZone zone) {
    if (property.name == "UID") event.uid = property.value;
    if (property.name == "SUMMARY") event.summary = Unescaped(property.value);
    if (property.name == "ATTENDEE" && event.attendee.empty()) {
      const size_t colon = property.value.rfind(':');
      event.attendee = property.value.substr(colon == std::string::npos ? 0 : colon + 1);
    }
    if (property.name == "RRULE" || property.name == "RDATE") trouble = "it repeats";
    if (property.name == "STATUS" && Upper(property.value) == "CANCELLED") trouble = "cancelled";
    if (property.name != "DTSTART" && property.name != "DTEND") return;
    const base::Result<TimePoint> time = ParseStamp(property, zone);
    if (!time.ok()) {
      trouble = time.error().message;
    } else {
      (property.name == "DTSTART" ? from : to) = *time;
    }
  }
};

void Finish(Draft draft, Calendar& calendar) {
  if (draft.trouble.empty() && (!draft.from || !draft.to)) draft.trouble = "it has no end";
  if (draft.trouble.empty() && *draft.to <= *draft.from) draft.trouble = "it ends before it begins";
  if (draft.trouble.empty() && calendar.events.size() >= kCalendarEventsMax) {
    draft.trouble = "there are too many events";
  }
  if (draft.trouble.empty()) {
    draft.event.from = *draft.from;
    draft.event.to = *draft.to;
    calendar.events.push_back(std::move(draft.event));
  } else if (calendar.left_out.size() < kCalendarEventsMax) {
    calendar.left_out.push_back(
        fmt::format("\"{}\" ({}): {}", draft.event.summary, draft.event.uid, draft.trouble));
  }
}

bool HasWord(std::string_view text, std::string_view word) {
  const auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c & 0x80) != 0 || c == '_' || c == '-';
  };
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    const bool starts = at == 0 || !is_letter(text[at - 1]);
    if (starts && (end == text.size() || !is_letter(text[end]))) return true;
  }
  return false;
}

}  // namespace

std::string WriteCalendar(const Schedule& schedule, const std::vector<Duty>& duties,
                          const Plan& plan, TimePoint now) {
  std::string out;
  Line(out, "BEGIN:VCALENDAR");
  Line(out, "VERSION:2.0");
  Line(out, "PRODID:-//Vedette//on-call//EN");
  Line(out, "CALSCALE:GREGORIAN");
  Line(out, fmt::format("X-WR-CALNAME:On call: {}", Escaped(schedule.name)));
  for (const Duty& duty : duties) {
    if (duty.user.empty()) continue;
    const User* user = plan.FindUser(duty.user);
    const std::string name =
        user != nullptr && !user->full_name.empty() ? user->full_name : duty.user;
    Line(out, "BEGIN:VEVENT");
    Line(out, fmt::format("UID:{}-{}-{}@vedette", schedule.name, Stamp(duty.from), duty.user));
    Line(out, "DTSTAMP:" + Stamp(now));
    Line(out, "DTSTART:" + Stamp(duty.from));
    Line(out, "DTEND:" + Stamp(duty.to));
    Line(out, fmt::format("SUMMARY:{}: {}", Escaped(schedule.name), Escaped(name)));
    if (user != nullptr && !user->email.empty()) {
      Line(out, fmt::format("ATTENDEE;CN=\"{}\":mailto:{}", duty.user, Escaped(user->email)));
    }
    Line(out, "DESCRIPTION:" + Escaped(duty.cause));
    Line(out, "END:VEVENT");
  }
  Line(out, "END:VCALENDAR");
  return out;
}

base::Result<Calendar> ParseCalendar(std::string_view text, TimeZone zone) {
  if (text.size() > kCalendarBytesMax) {
    return base::InvalidArgument(fmt::format("a calendar has at most {} bytes", kCalendarBytesMax));
  }
  Calendar calendar;
  std::optional<Draft> draft;
  bool begun = false;
  int nested = 0;  // components within an event: alarms
  while (!text.empty()) {
    const Property property = ParseLine(NextLine(text));
    const std::string what = Upper(property.value);
    if (property.name == "BEGIN") {
      begun = begun || what == "VCALENDAR";
      if (draft) {
        ++nested;
      } else if (what == "VEVENT") {
        draft.emplace();
      }
    } else if (property.name == "END" && draft) {
      if (nested > 0) {
        --nested;
      } else if (what == "VEVENT") {
        Finish(*std::exchange(draft, std::nullopt), calendar);
      }
    } else if (draft && nested == 0) {
      draft->Take(property, zone);
    }
    if (!begun && !property.name.empty()) break;
  }
  if (!begun) return base::InvalidArgument("this is no calendar: no BEGIN:VCALENDAR");
  if (draft) calendar.left_out.push_back("the last event has no end: the file is cut short");
  return calendar;
}

const User* PersonOf(const CalendarEvent& event, const Plan& plan) {
  const User* found = nullptr;
  for (const User& user : plan.users) {
    if (!event.attendee.empty() && (event.attendee == user.email || event.attendee == user.name)) {
      return &user;
    }
    const bool named = HasWord(event.summary, user.name) ||
                       (!user.full_name.empty() && HasWord(event.summary, user.full_name));
    if (!named) continue;
    if (found != nullptr) return nullptr;
    found = &user;
  }
  return found;
}

}  // namespace vedette::notify::routing
