#include "notify/routing/icalendar_zone.h"

#include <algorithm>
#include <cctype>
#include <optional>

namespace vedette::notify::routing {
namespace {

struct WindowsZone {
  std::string_view windows;  // " Standard Time" left out
  std::string_view iana;
};

// The zones of Windows and a city of each; by the alphabet, so that one is easy to find.
constexpr WindowsZone kWindowsZones[] = {
    {"AUS Central", "Australia/Darwin"},
    {"AUS Eastern", "Australia/Sydney"},
    {"Afghanistan", "Asia/Kabul"},
    {"Alaskan", "America/Anchorage"},
    {"Arab", "Asia/Riyadh"},
    {"Arabian", "Asia/Dubai"},
    {"Arabic", "Asia/Baghdad"},
    {"Argentina", "America/Argentina/Buenos_Aires"},
    {"Atlantic", "America/Halifax"},
    {"Azerbaijan", "Asia/Baku"},
    {"Azores", "Atlantic/Azores"},
    {"Bahia", "America/Bahia"},
    {"Bangladesh", "Asia/Dhaka"},
    {"Belarus", "Europe/Minsk"},
    {"Canada Central", "America/Regina"},
    {"Cape Verde", "Atlantic/Cape_Verde"},
    {"Caucasus", "Asia/Yerevan"},
    {"Cen. Australia", "Australia/Adelaide"},
    {"Central", "America/Chicago"},
    {"Central America", "America/Guatemala"},
    {"Central Asia", "Asia/Almaty"},
    {"Central Brazilian", "America/Cuiaba"},
    {"Central Europe", "Europe/Budapest"},
    {"Central European", "Europe/Warsaw"},
    {"Central Pacific", "Pacific/Guadalcanal"},
    {"Central (Mexico)", "America/Mexico_City"},
    {"China", "Asia/Shanghai"},
    {"E. Africa", "Africa/Nairobi"},
    {"E. Australia", "Australia/Brisbane"},
    {"E. Europe", "Europe/Chisinau"},
    {"E. South America", "America/Sao_Paulo"},
    {"Eastern", "America/New_York"},
    {"Eastern (Mexico)", "America/Cancun"},
    {"Egypt", "Africa/Cairo"},
    {"Ekaterinburg", "Asia/Yekaterinburg"},
    {"FLE", "Europe/Kiev"},
    {"Fiji", "Pacific/Fiji"},
    {"GMT", "Europe/London"},
    {"GTB", "Europe/Bucharest"},
    {"Georgian", "Asia/Tbilisi"},
    {"Greenland", "America/Godthab"},
    {"Greenwich", "Atlantic/Reykjavik"},
    {"Hawaiian", "Pacific/Honolulu"},
    {"India", "Asia/Kolkata"},
    {"Iran", "Asia/Tehran"},
    {"Israel", "Asia/Jerusalem"},
    {"Jordan", "Asia/Amman"},
    {"Kaliningrad", "Europe/Kaliningrad"},
    {"Korea", "Asia/Seoul"},
    {"Libya", "Africa/Tripoli"},
    {"Line Islands", "Pacific/Kiritimati"},
    {"Mauritius", "Indian/Mauritius"},
    {"Middle East", "Asia/Beirut"},
    {"Montevideo", "America/Montevideo"},
    {"Morocco", "Africa/Casablanca"},
    {"Mountain", "America/Denver"},
    {"Mountain (Mexico)", "America/Mazatlan"},
    {"Myanmar", "Asia/Yangon"},
    {"N. Central Asia", "Asia/Novosibirsk"},
    {"Namibia", "Africa/Windhoek"},
    {"Nepal", "Asia/Kathmandu"},
    {"New Zealand", "Pacific/Auckland"},
    {"Newfoundland", "America/St_Johns"},
    {"North Asia", "Asia/Krasnoyarsk"},
    {"North Asia East", "Asia/Irkutsk"},
    {"Omsk", "Asia/Omsk"},
    {"Pacific", "America/Los_Angeles"},
    {"Pacific SA", "America/Santiago"},
    {"Pacific (Mexico)", "America/Tijuana"},
    {"Pakistan", "Asia/Karachi"},
    {"Paraguay", "America/Asuncion"},
    {"Romance", "Europe/Paris"},
    {"Russia Time Zone 3", "Europe/Samara"},
    {"Russian", "Europe/Moscow"},
    {"SA Eastern", "America/Cayenne"},
    {"SA Pacific", "America/Bogota"},
    {"SA Western", "America/La_Paz"},
    {"SE Asia", "Asia/Bangkok"},
    {"Samoa", "Pacific/Apia"},
    {"Singapore", "Asia/Singapore"},
    {"South Africa", "Africa/Johannesburg"},
    {"Sri Lanka", "Asia/Colombo"},
    {"Syria", "Asia/Damascus"},
    {"Taipei", "Asia/Taipei"},
    {"Tasmania", "Australia/Hobart"},
    {"Tokyo", "Asia/Tokyo"},
    {"Tonga", "Pacific/Tongatapu"},
    {"Turkey", "Europe/Istanbul"},
    {"US Eastern", "America/Indiana/Indianapolis"},
    {"US Mountain", "America/Phoenix"},
    {"UTC", "UTC"},
    {"UTC+12", "Etc/GMT-12"},
    {"UTC+13", "Etc/GMT-13"},
    {"UTC-02", "Etc/GMT+2"},
    {"UTC-08", "Etc/GMT+8"},
    {"UTC-09", "Etc/GMT+9"},
    {"UTC-11", "Etc/GMT+11"},
    {"Ulaanbaatar", "Asia/Ulaanbaatar"},
    {"Venezuela", "America/Caracas"},
    {"Vladivostok", "Asia/Vladivostok"},
    {"W. Australia", "Australia/Perth"},
    {"W. Central Africa", "Africa/Lagos"},
    {"W. Europe", "Europe/Berlin"},
    {"West Asia", "Asia/Tashkent"},
    {"West Pacific", "Pacific/Port_Moresby"},
    {"Yakutsk", "Asia/Yakutsk"},
};

bool SameLetters(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// The name itself, or the longest end of it behind a slash that the database has.
std::optional<TimeZone> FindTail(std::string_view name) {
  for (int parts = 0; parts < 8 && !name.empty(); ++parts) {
    const base::Result<TimeZone> zone = TimeZone::Find(name);
    if (zone.ok()) return *zone;
    const size_t slash = name.find('/');
    if (slash == std::string_view::npos) break;
    name.remove_prefix(slash + 1);
  }
  return std::nullopt;
}

std::optional<TimeZone> FindWindows(std::string_view name) {
  // "Central Standard Time (Mexico)" has its place behind.
  constexpr std::string_view kTail = " Standard Time";
  std::string plain(name);
  for (size_t at = 0; at + kTail.size() <= plain.size(); ++at) {
    if (!SameLetters(std::string_view(plain).substr(at, kTail.size()), kTail)) continue;
    plain.erase(at, kTail.size());
    break;
  }
  for (const WindowsZone& zone : kWindowsZones) {
    if (!SameLetters(zone.windows, plain)) continue;
    const base::Result<TimeZone> found = TimeZone::Find(zone.iana);
    if (found.ok()) return *found;
  }
  return std::nullopt;
}

}  // namespace

base::Result<TimeZone> FindCalendarZone(std::string_view tzid, std::string_view location) {
  for (const std::string_view name : {tzid, location}) {
    std::optional<TimeZone> zone = FindTail(name);
    if (!zone) zone = FindWindows(name);
    if (zone) return *zone;
  }
  return TimeZone::Find(tzid);  // for its error
}

}  // namespace vedette::notify::routing
