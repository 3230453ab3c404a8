#include "notify/routing/icalendar.h"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "notify/routing/icalendar_event.h"
#include "notify/routing/icalendar_lines.h"
#include "notify/routing/icalendar_rule.h"

namespace vedette::notify::routing {
namespace {

using base::TimePoint;

constexpr size_t kLineBytes = 75;  // of a written line, after which it goes on in the next
constexpr size_t kCalendarPartsMax = 20'000;   // events as the file has them
constexpr int64_t kCalendarSteps = 5'000'000;  // days that may be looked at for all of them

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

// The parts of a calendar that are read.
struct Parts {
  std::vector<std::vector<CalendarProperty>> events;
  CalendarZones zones;
  std::optional<TimePoint> newest;  // when an event was written down
  bool begun = false;
  bool cut_short = false;
  size_t too_many = 0;
};

void TakeStamp(const CalendarProperty& property, Parts& parts) {
  const bool stamp = property.name == "DTSTAMP" || property.name == "LAST-MODIFIED";
  if (!stamp || !property.value.ends_with('Z')) return;
  const base::Result<CalendarTime> time = ParseCalendarTime(property.value, TimeZone());
  if (time.ok()) parts.newest = std::max(parts.newest.value_or(time->Utc()), time->Utc());
}

// What a finished component says; of zones only where they are.
void TakeComponent(std::string_view kind, std::vector<CalendarProperty> properties, Parts& parts) {
  if (kind == "VEVENT" && parts.events.size() >= kCalendarPartsMax) {
    ++parts.too_many;
  } else if (kind == "VEVENT") {
    for (const CalendarProperty& property : properties) TakeStamp(property, parts);
    parts.events.push_back(std::move(properties));
  } else {
    std::string name;
    std::string place;
    for (const CalendarProperty& property : properties) {
      if (property.name == "TZID") name = property.value;
      if (property.name == "X-LIC-LOCATION") place = property.value;
    }
    parts.zones.try_emplace(std::move(name), std::move(place));
  }
}

Parts ReadParts(std::string_view text) {
  Parts parts;
  std::string open;  // the component that is read, and how deep within it
  int nested = 0;    // alarms of events, the two halves of zones
  std::vector<CalendarProperty> properties;
  while (!text.empty()) {
    CalendarProperty property = NextCalendarProperty(text);
    const bool begins = property.name == "BEGIN";
    const bool ends = property.name == "END";
    const bool blank = property.name.empty();
    const std::string what = begins || ends ? CalendarUpper(property.value) : std::string();
    if (begins && !open.empty()) {
      ++nested;
    } else if (begins) {
      parts.begun = parts.begun || what == "VCALENDAR";
      if (what == "VEVENT" || what == "VTIMEZONE") open = what;
    } else if (ends && nested > 0) {
      --nested;
    } else if (ends && !open.empty() && what == open) {
      TakeComponent(open, std::exchange(properties, {}), parts);
      open.clear();
    } else if (!open.empty() && nested == 0 && IsCalendarEventProperty(property.name)) {
      properties.push_back(std::move(property));
    }
    if (!parts.begun && !blank) break;
  }
  parts.cut_short = open == "VEVENT";
  return parts;
}

// Makes events of the drafts of one calendar.
class Assembler {
 public:
  Assembler(std::vector<CalendarDraft> drafts, std::optional<TimePoint> now)
      : drafts_(std::move(drafts)), now_(now) {
    for (const CalendarDraft& draft : drafts_) {
      if (draft.replaces && !draft.uid.empty()) changes_[draft.uid].Add(draft);
      if (draft.Repeats()) series_.insert(draft.uid);
    }
  }

  Calendar Run() {
    for (const CalendarDraft& draft : drafts_) Take(draft);
    return std::move(calendar_);
  }

 private:
  void LeaveOut(const CalendarDraft& draft, std::string_view why) {
    if (calendar_.left_out.size() >= kCalendarEventsMax) return;
    calendar_.left_out.push_back(fmt::format("\"{}\" ({}): {}", draft.summary, draft.uid, why));
  }

  void Take(const CalendarDraft& draft) {
    if (!draft.trouble.empty()) return LeaveOut(draft, draft.trouble);
    if (calendar_.events.size() >= kCalendarEventsMax) {
      return LeaveOut(draft, "there are too many events");
    }
    const bool of_series = draft.replaces && series_.contains(draft.uid);
    if (of_series && now_ && draft.end.Utc() <= *now_) return;  // as the rest of its series
    const auto changes = changes_.find(draft.uid);
    const bool changed = !draft.replaces && changes != changes_.end();
    CalendarOccurrences found = ExpandCalendarDraft(draft, changed ? changes->second : none_,
                                                    now_.value_or(draft.start.Utc()), steps_);
    for (CalendarEvent& event : found.events) {
      if (calendar_.events.size() >= kCalendarEventsMax) {
        return LeaveOut(draft, "there are too many events");
      }
      calendar_.events.push_back(std::move(event));
    }
    if (!found.left_out.empty()) LeaveOut(draft, found.left_out);
    const bool taken = !found.events.empty() && (!now_ || found.events.back().to > *now_);
    if (taken && draft.others > 0) {
      const std::string_view who =
          draft.others == 1 ? "other who attends it is" : "others who attend it are";
      LeaveOut(draft, fmt::format("{} {} {}", draft.others, who, kOthersAttend));
    }
    if (draft.and_later) LeaveOut(draft, "it changes all that follow it, too: only it is taken");
  }

  const std::vector<CalendarDraft> drafts_;
  const std::optional<TimePoint> now_;
  std::map<std::string, CalendarChanges> changes_;  // by UID
  std::set<std::string> series_;
  const CalendarChanges none_;
  int64_t steps_ = kCalendarSteps;
  Calendar calendar_;
};

bool SameAddress(std::string_view a, std::string_view b) {
  return !a.empty() && CalendarUpper(a) == CalendarUpper(b);
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

base::Result<Calendar> ParseCalendar(std::string_view text, TimeZone zone,
                                     std::optional<TimePoint> now) {
  if (text.size() > kCalendarBytesMax) {
    return base::InvalidArgument(fmt::format("a calendar has at most {} bytes", kCalendarBytesMax));
  }
  const Parts parts = ReadParts(text);
  if (!parts.begun) return base::InvalidArgument("this is no calendar: no BEGIN:VCALENDAR");
  std::vector<CalendarDraft> drafts;
  for (const std::vector<CalendarProperty>& event : parts.events) {
    drafts.push_back(ReadCalendarDraft(event, parts.zones, zone));
  }
  Calendar calendar = Assembler(std::move(drafts), now ? now : parts.newest).Run();
  if (parts.too_many > 0) {
    calendar.left_out.push_back(
        fmt::format("the last {} events: at most {} are read", parts.too_many, kCalendarPartsMax));
  }
  if (parts.cut_short) {
    calendar.left_out.push_back("the last event has no end: the file is cut short");
  }
  return calendar;
}

const User* PersonOf(const CalendarEvent& event, const Plan& plan) {
  if (event.declined) return nullptr;
  const std::string& address = event.attendee.address;
  for (const User& user : plan.users) {
    if (SameAddress(address, user.email) || address == user.name) return &user;
  }
  const User* found = nullptr;
  for (const User& user : plan.users) {
    const bool named = HasWord(event.summary, user.name) ||
                       (!user.full_name.empty() && HasWord(event.summary, user.full_name));
    if (!named) continue;
    if (found != nullptr) return nullptr;
    found = &user;
  }
  return found;
}

}  // namespace vedette::notify::routing
