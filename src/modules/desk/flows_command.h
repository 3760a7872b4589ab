/* flows_command.h: `qingfeng flows`. */
#ifndef QF_DESK_FLOWS_COMMAND_H
#define QF_DESK_FLOWS_COMMAND_H

int flows_command(int argc, char **argv);

#endif
