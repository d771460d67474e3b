/* dubanctl: the operator's tool. See commands.c for what it can do. */
#include "tool.h"

int main(int argc, char **argv)
{
    return tool_main(argc, argv);
}
