/* sink.h: a mail server for tests, on 127.0.0.1 and any free port: takes one connection after the other in a thread,
 * keeps what came, and misbehaves as it is told. */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

enum sink_way {
    SINK_TAKES,
    SINK_HANGS,        /* never says a word */
    SINK_HANGS_AT_END, /* has the whole mail and does not say so */
    SINK_REFUSES,      /* 550 for the recipient */
    SINK_LATER         /* 451: try again */
};
static struct {
    int fd, port;
    pthread_t thread;
    atomic_int way, got, talks; /* mails it has in whole; connections */
    atomic_bool stop;
    char last[8192];
} sink;

static bool sink_line(int fd, char *line, size_t n)
{
    size_t at = 0;
    while (at + 1 < n) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (poll(&p, 1, 50) == 0) {
            if (sink.stop)
                return false;
            continue;
        }
        if (read(fd, line + at, 1) != 1)
            return false;
        if (line[at++] == '\n')
            break;
    }
    line[at] = '\0';
    return true;
}

static void sink_say(int fd, const char *s)
{
    ssize_t n = send(fd, s, strlen(s), MSG_NOSIGNAL);
    (void)n;
}

/* Until the client gives up. */
static void sink_hang(int fd)
{
    char line[1024];
    while (sink_line(fd, line, sizeof line))
        ;
}

static void sink_take(int fd)
{
    char line[1024];
    size_t n = 0;
    sink.last[0] = '\0';
    while (sink_line(fd, line, sizeof line) && strcmp(line, ".\r\n") != 0) {
        size_t len = strlen(line);
        if (n + len + 1 < sizeof sink.last) {
            memcpy(sink.last + n, line, len + 1);
            n += len;
        }
    }
    sink.got++;
}

static void sink_talk(int fd)
{
    char line[1024];
    if (sink.way == SINK_HANGS) {
        sink_hang(fd);
        return;
    }
    sink_say(fd, "220 sink\r\n");
    while (sink_line(fd, line, sizeof line)) {
        if (strncasecmp(line, "QUIT", 4) == 0) {
            sink_say(fd, "221 bye\r\n");
            return;
        }
        if (strncasecmp(line, "MAIL", 4) == 0 && sink.way == SINK_LATER) {
            sink_say(fd, "451 later\r\n");
        } else if (strncasecmp(line, "RCPT", 4) == 0 && sink.way == SINK_REFUSES) {
            sink_say(fd, "550 nobody here\r\n");
        } else if (strncasecmp(line, "DATA", 4) == 0) {
            sink_say(fd, "354 go on\r\n");
            sink_take(fd);
            if (sink.way == SINK_HANGS_AT_END) {
                sink_hang(fd);
                return;
            }
            sink_say(fd, "250 taken\r\n");
        } else {
            sink_say(fd, "250 yes\r\n");
        }
    }
}

static void *sink_loop(void *arg)
{
    (void)arg;
    while (!sink.stop) {
        struct pollfd p = {.fd = sink.fd, .events = POLLIN};
        if (poll(&p, 1, 50) != 1)
            continue;
        int fd = accept(sink.fd, NULL, NULL);
        sink.talks++;
        sink_talk(fd);
        close(fd);
    }
    return NULL;
}

static void sink_start(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    sink.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(sink.fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(sink.fd, 16), 0);
    getsockname(sink.fd, (struct sockaddr *)&at, &n);
    sink.port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&sink.thread, NULL, sink_loop, NULL), 0);
}

static void sink_end(void)
{
    sink.stop = true;
    pthread_join(sink.thread, NULL);
    close(sink.fd);
}
