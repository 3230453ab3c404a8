#include "importer/people.h"

#include <algorithm>
#include <fmt/core.h>
#include <utility>

namespace vedette::importer {
namespace {

using base::Json;

constexpr int64_t kWaitMin = 10;

struct Placeholder {
  std::string_view receiver;
  void (*write)(YamlWriter&);
};

constexpr Placeholder kPlaceholders[] = {
    {"mail",
     [](YamlWriter& out) {
       out.Open("email")
           .Text("host", "smtp.example.org")
           .Text("from", "vedette@example.org")
           .Texts("to", {"oncall@example.org"})
           .Close();
     }},
    {"sms",
     [](YamlWriter& out) {
       out.Open("sms").Text("url", "https://gateway.example.org/sms").Close();
     }},
    {"voice",
     [](YamlWriter& out) {
       out.Open("voice").Text("url", "https://gateway.example.org/call").Close();
     }},
    {"chat",
     [](YamlWriter& out) {
       out.Open("slack").Text("url", "https://hooks.slack.com/services/fill/in").Close();
     }},
};

void WriteReceivers(const std::set<std::string>& used, YamlWriter& out, Report& report) {
  out.Open("receivers");
  for (const Placeholder& placeholder : kPlaceholders) {
    if (!used.contains(std::string(placeholder.receiver))) continue;
    out.Item().Text("name", placeholder.receiver);
    placeholder.write(out);
    out.Close();
    report.Changed(0, fmt::format("receiver {}", placeholder.receiver),
                   "fill in its address and secrets: exports have none");
  }
  out.Close();
}

void WritePeople(const std::vector<Person>& people, YamlWriter& out) {
  if (people.empty()) return;
  out.Open("users");
  for (const Person& person : people) {
    out.Item().Text("name", person.name);
    if (!person.full_name.empty()) out.Text("full_name", person.full_name);
    if (!person.email.empty()) out.Text("email", person.email);
    if (!person.zone.empty()) out.Text("time_zone", person.zone);
    if (!person.contacts.empty()) {
      out.Open("contacts");
      for (const PersonContact& contact : person.contacts) {
        out.Item().Text("receiver", contact.receiver).Text("to", contact.to).Close();
      }
      out.Close();
    }
    out.Close();
  }
  out.Close();
}

std::string LengthOf(int64_t seconds) {
  if (seconds % 86'400 == 0) return fmt::format("{}d", seconds / 86'400);
  if (seconds % 3'600 == 0) return fmt::format("{}h", seconds / 3'600);
  return fmt::format("{}m", seconds / 60);
}

void WriteRotas(const std::vector<Rota>& rotas, YamlWriter& out) {
  if (rotas.empty()) return;
  out.Open("schedules");
  for (const Rota& rota : rotas) {
    out.Item().Text("name", rota.name).Text("time_zone", rota.zone).Open("layers");
    for (const Turns& turns : rota.layers) {
      out.Item().Text("name", turns.name).Text("start", turns.start);
      if (!turns.end.empty()) out.Text("end", turns.end);
      out.Text("rotation", LengthOf(turns.seconds)).Texts("users", turns.users);
      if (!turns.hours.empty()) {
        out.Open("hours");
        for (const Hours& hours : turns.hours) {
          out.Item().Texts("days", {hours.days.empty() ? "daily" : hours.days});
          out.Text("from", hours.from).Text("to", hours.to).Close();
        }
        out.Close();
      }
      out.Close();
    }
    out.Close().Close();
  }
  out.Close();
}

void WriteEscalations(const std::vector<Escalation>& escalations, YamlWriter& out) {
  if (escalations.empty()) return;
  out.Open("policies");
  for (const Escalation& escalation : escalations) {
    out.Item().Text("name", escalation.name);
    if (escalation.repeats > 0) {
      out.Plain("repeat", std::to_string(std::min<int64_t>(escalation.repeats, 100)));
    }
    out.Open("steps");
    for (const Stage& stage : escalation.stages) {
      out.Item().Texts("notify", stage.targets);
      if (stage.round_robin) out.Plain("mode", "round_robin");
      out.Plain("wait", fmt::format("{}s", std::max(stage.wait_seconds, kWaitMin))).Close();
    }
    out.Close().Close();
  }
  out.Close();
}

}  // namespace

std::string Names::Of(const std::string& id, std::string_view text) {
  const auto known = by_id_.find(id);
  if (known != by_id_.end()) return known->second;
  const std::string plain = PlainName(text);
  std::string name = plain;
  for (int i = 2; !taken_.insert(name).second; ++i) name = fmt::format("{}-{}", plain, i);
  by_id_[id] = name;
  return name;
}

std::string Names::Find(const std::string& id) const {
  const auto known = by_id_.find(id);
  return known == by_id_.end() ? std::string() : known->second;
}

std::string TextAt(const Json& json, const char* key) {
  if (!json.is_object()) return {};
  const auto it = json.find(key);
  if (it == json.end()) return {};
  if (it->is_number_integer()) return std::to_string(it->get<int64_t>());
  return it->is_string() ? it->get<std::string>() : std::string();
}

int64_t NumberAt(const Json& json, const char* key, int64_t standard) {
  if (!json.is_object()) return standard;
  const auto it = json.find(key);
  if (it == json.end() || !it->is_number()) return standard;
  const auto number = it->get<double>();
  return number > 1e12 || number < -1e12 ? standard : static_cast<int64_t>(number);
}

const Json& ListAt(const Json& json, const char* key) {
  static const Json none = Json::array();
  if (!json.is_object()) return none;
  const auto it = json.find(key);
  return it != json.end() && it->is_array() ? *it : none;
}

const Json& ObjectAt(const Json& json, const char* key) {
  static const Json none = Json::object();
  if (!json.is_object()) return none;
  const auto it = json.find(key);
  return it != json.end() && it->is_object() ? *it : none;
}

std::string WallClock(std::string_view time) {
  if (time.size() < 16 || time[10] != 'T') return {};
  return fmt::format("{} {}", time.substr(0, 10), time.substr(11, 5));
}

base::Result<Json> ReadExport(std::string_view text) {
  VEDETTE_TRY(Json json, base::ParseJson(text));
  if (!json.is_object()) return base::InvalidArgument("the export must be a JSON object of lists");
  return json;
}

Imported WritePlan(const People& people, Report& report, std::string_view system) {
  std::set<std::string> used;
  for (const Person& person : people.people) {
    for (const PersonContact& contact : person.contacts) used.insert(contact.receiver);
  }
  if (used.empty()) used.insert("mail");
  YamlWriter out;
  out.Comment(fmt::format("Made by `vedette import {}`; its report says what differs.", system));
  out.Open("notify");
  WriteReceivers(used, out, report);
  WritePeople(people.people, out);
  WriteRotas(people.rotas, out);
  if (!people.crews.empty()) {
    out.Open("teams");
    for (const Crew& crew : people.crews) {
      out.Item().Text("name", crew.name).Texts("members", crew.members).Close();
    }
    out.Close();
  }
  WriteEscalations(people.escalations, out);
  if (!people.services.empty()) {
    out.Open("routes");
    std::set<std::string> names;
    for (const auto& [service, escalation] : people.services) {
      const std::string name = PlainName(service);
      if (!names.insert(name).second) continue;
      std::string matcher = "service=\"";
      for (const char c : service) {
        if (c == '"' || c == '\\') matcher += '\\';
        matcher += c;
      }
      out.Item().Text("name", name).Texts("match", {matcher + "\""});
      out.Text("policy", escalation).Close();
    }
    out.Close();
  }
  return {out.text(), report.Take()};
}

}  // namespace vedette::importer
