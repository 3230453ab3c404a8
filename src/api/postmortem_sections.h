#pragma once

#include <string>

#include "api/postmortem.h"

namespace vedette::api {

// The sections of a post-mortem that rest on measurements, each with its heading. Pure; for
// postmortem.cc only.

void AppendImpact(std::string& out, const PostMortemFacts& facts);
void AppendCause(std::string& out, const PostMortemFacts& facts);
void AppendChangesBefore(std::string& out, const PostMortemFacts& facts);

// One sentence of each for the summary; empty when there is nothing to say.
std::string ImpactInShort(const PostMortemFacts& facts);
std::string CauseInShort(const PostMortemFacts& facts);

// A change of a service of the incident, or one of which the diagnosis says something.
bool IsOfIncident(const PostMortemFacts& facts, const model::Change& change);
// "deployment of payment: "payment v2", by ann, success", with its page.
std::string Described(const model::Change& change);

}  // namespace vedette::api
