#include "notify/channels/email/message.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

#include "base/base64.h"
#include "base/digest.h"
#include "base/utf8.h"
#include "notify/wording/text.h"

namespace vedette::notify::channels {
namespace {

constexpr size_t kLineMax = 76;
// Of UTF-8, in one encoded word: 48 bytes are 64 of base64, and 12 go to "=?UTF-8?B?" and "?=".
constexpr size_t kWordBytesMax = 45;
constexpr size_t kPlainHeaderMax = 60;
constexpr size_t kHeaderUnitsMax = 250;

bool IsPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; }) &&
         text.find("=?") == std::string_view::npos;
}

// What may stand left of the @ of an id.
std::string IdText(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 200)) {
    const bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-';
    out += fine ? c : '.';
  }
  return out;
}

std::string_view DomainOf(std::string_view address) {
  return address.substr(address.rfind('@') + 1);
}

std::string MailboxText(const Mailbox& mailbox) {
  if (mailbox.name.empty()) return mailbox.address;
  const bool atom = std::all_of(mailbox.name.begin(), mailbox.name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ';
  });
  // A quoted string would need escapes; an encoded word needs none.
  const std::string name =
      atom ? mailbox.name : fmt::format("=?UTF-8?B?{}?=", base::Base64(mailbox.name));
  return fmt::format("{} <{}>", name, mailbox.address);
}

std::string AddressList(const std::vector<std::string>& addresses) {
  std::string list;
  for (const std::string& address : addresses) {
    if (!list.empty()) list += ",\r\n ";
    list += address;
  }
  return list;
}

std::string Part(std::string_view type, std::string_view content) {
  const std::string encoded = base::Base64(content);
  std::string out = fmt::format(
      "Content-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", type);
  for (size_t i = 0; i < encoded.size(); i += kLineMax) {
    out.append(encoded, i, kLineMax);
    out += "\r\n";
  }
  return out;
}

}  // namespace

base::Result<Mailbox> ParseMailbox(std::string_view text) {
  Mailbox mailbox;
  const size_t open = text.find('<');
  std::string_view address = text;
  if (open != std::string_view::npos) {
    if (!text.ends_with('>')) return base::InvalidArgument("write: Name <address>");
    address = text.substr(open + 1, text.size() - open - 2);
    std::string_view name = text.substr(0, open);
    while (name.ends_with(' ')) name.remove_suffix(1);
    mailbox.name = wording::OneLine(name, kPlainHeaderMax);
  }
  const size_t at = address.rfind('@');
  const bool shape =
      at != std::string_view::npos && at > 0 && at + 1 < address.size() && address.size() <= 254;
  const bool plain = std::all_of(address.begin(), address.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F &&
           std::string_view("<>()[],;:\\\"").find(c) == std::string_view::npos;
  });
  if (!shape || !plain) return base::InvalidArgument("is no e-mail address");
  mailbox.address = address;
  return mailbox;
}

std::string HeaderText(std::string_view raw) {
  std::string text = wording::OneLine(raw, kHeaderUnitsMax);
  if (text.size() <= kPlainHeaderMax && IsPlain(text)) return text;
  std::string out;
  std::string word;
  const auto flush = [&] {
    if (word.empty()) return;
    if (!out.empty()) out += "\r\n ";
    out += fmt::format("=?UTF-8?B?{}?=", base::Base64(word));
    word.clear();
  };
  for (std::string_view rest = text; !rest.empty();) {
    const size_t length = std::max<size_t>(1, base::Utf8SequenceLength(rest));
    if (word.size() + length > kWordBytesMax) flush();
    word += rest.substr(0, length);
    rest.remove_prefix(length);
  }
  flush();
  return out;
}

std::string MailDate(base::TimePoint time) {
  static constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                       "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                          "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(days);
  const std::chrono::weekday weekday(days);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - days));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000", kDays[weekday.c_encoding()],
                     static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

std::string WriteMail(const MailMessage& message) {
  const std::string_view domain = DomainOf(message.from.address);
  // Base64 has no '_', so the boundary stands in no part.
  const std::string boundary = "=_" + base::Sha256Hex(message.id).substr(0, 32);
  std::string out;
  const auto header = [&out](std::string_view name, std::string_view value) {
    out += fmt::format("{}: {}\r\n", name, value);
  };
  header("From", MailboxText(message.from));
  header("To", AddressList(message.to));
  header("Subject", HeaderText(message.subject));
  header("Date", MailDate(message.date));
  header("Message-ID", fmt::format("<{}@{}>", IdText(message.id), domain));
  if (!message.thread.empty()) {
    // Nobody ever got the message of this name; that all name it makes them one thread.
    const std::string root = fmt::format("<{}@{}>", IdText(message.thread), domain);
    header("In-Reply-To", root);
    header("References", root);
  }
  header("Auto-Submitted", "auto-generated");  // no vacation notes, please (RFC 3834)
  if (message.urgent) header("Importance", "high");
  header("MIME-Version", "1.0");
  header("Content-Type", fmt::format("multipart/alternative;\r\n boundary=\"{}\"", boundary));
  out +=
      fmt::format("\r\n--{}\r\n{}--{}\r\n{}--{}--\r\n", boundary, Part("text/plain", message.text),
                  boundary, Part("text/html", message.html), boundary);
  return out;
}

}  // namespace vedette::notify::channels
