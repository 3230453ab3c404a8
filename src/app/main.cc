#include "app/commands.h"

int main(int argc, char** argv) { return vedette::app::RunCommand(argc, argv); }
