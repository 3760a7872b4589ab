/* compare_command.h: the command `compare`. */
#ifndef QF_ROSTER_COMPARE_COMMAND_H
#define QF_ROSTER_COMPARE_COMMAND_H

int compare_command(int argc, char **argv);

#endif
