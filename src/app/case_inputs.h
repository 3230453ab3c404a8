#pragma once

#include <vector>

#include "diagnose/evidence.h"
#include "diagnose/inputs.h"

namespace vedette::app {

// How the inputs of a case fared: what is there, what is missing or has gaps, who stopped sending.
// Pure.
std::vector<diagnose::InputNote> NoteInputs(const diagnose::Evidence& evidence);

}  // namespace vedette::app
