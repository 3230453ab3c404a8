#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace vedette::notify::channels {

// A name and an address: "Vedette <vedette@example.org>".
struct Mailbox {
  std::string name = {};  // may be empty
  std::string address;
};

// Reads "Name <address>" or "address". kInvalidArgument unless it is a plain one, without comments,
// quotations or white space in the address.
base::Result<Mailbox> ParseMailbox(std::string_view text);

// An e-mail in two forms, of which the reader's program shows one.
struct MailMessage {
  Mailbox from;
  std::vector<std::string> to;  // addresses
  std::string subject;          // UTF-8; line ends become blanks
  std::string text;             // UTF-8
  std::string html;             // UTF-8
  base::TimePoint date;
  std::string id;      // left of the @ of Message-ID: the same for each attempt
  std::string thread;  // the same of all messages that belong together; may be empty
  bool urgent = false;
};

// RFC 5322 with MIME: CRLF, lines of 78 characters at most, multipart/alternative in base64,
// encoded words (RFC 2047) where a header is not plain ASCII. Nothing in a text can begin a header.
std::string WriteMail(const MailMessage& message);

// Text for a header: itself when it is short and plain ASCII, else encoded words, folded.
std::string HeaderText(std::string_view text);

// "Tue, 14 Nov 2023 22:13:20 +0000".
std::string MailDate(base::TimePoint time);

}  // namespace vedette::notify::channels
