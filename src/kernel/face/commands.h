/* commands.h: the subcommands of this folder. */
#ifndef QF_FACE_COMMANDS_H
#define QF_FACE_COMMANDS_H

int export_command(int argc, char **argv);
int fields_command(int argc, char **argv);
int schema_command(int argc, char **argv);

#endif
