/* commands.h: the subcommands of this folder. */
#ifndef QF_FACE_COMMANDS_H
#define QF_FACE_COMMANDS_H

int face_export_command(int argc, char **argv);
int face_fields_command(int argc, char **argv);
int face_openapi_command(int argc, char **argv);
int face_schema_command(int argc, char **argv);

#endif
