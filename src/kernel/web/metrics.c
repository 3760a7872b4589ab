/* metrics.c: what /metrics tells, in the text form of Prometheus. No label holds anything about a person. */
#include "base/clock.h"
#include "web/inner.h"

static const int bucket_ms[METRIC_BUCKETS] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000};
static const char *const lane_names[WEB_LANES + 1] = {"page", "signin", "long", "direct"};

void metrics_count(struct metrics *m, int lane, int status, int64_t us)
{
    int class = status >= 100 && status < 600 ? status / 100 : 0, b = 0;
    while (b < METRIC_BUCKETS && us > (int64_t)bucket_ms[b] * 1000)
        b++;
    atomic_fetch_add_explicit(&m->lanes[lane].classes[class], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->lanes[lane].buckets[b], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->lanes[lane].us, us, memory_order_relaxed);
}

static void put_lane(struct metrics *m, int lane, struct buf *out)
{
    long sum = 0;
    for (int b = 0; b <= METRIC_BUCKETS; b++) {
        sum += atomic_load_explicit(&m->lanes[lane].buckets[b], memory_order_relaxed);
        buf_printf(out, "qingfeng_request_seconds_bucket{lane=\"%s\",le=\"", lane_names[lane]);
        if (b < METRIC_BUCKETS)
            buf_printf(out, "%g\"} %ld\n", bucket_ms[b] / 1000.0, sum);
        else
            buf_printf(out, "+Inf\"} %ld\n", sum);
    }
    double seconds = (double)atomic_load_explicit(&m->lanes[lane].us, memory_order_relaxed) / 1e6;
    buf_printf(out, "qingfeng_request_seconds_sum{lane=\"%s\"} %.6f\n", lane_names[lane], seconds);
    buf_printf(out, "qingfeng_request_seconds_count{lane=\"%s\"} %ld\n", lane_names[lane], sum);
}

void metrics_text(struct web *w, struct buf *out)
{
    struct metrics *m = &w->metrics;
    buf_puts(out, "# HELP qingfeng_requests_total Requests answered.\n# TYPE qingfeng_requests_total counter\n");
    for (int lane = 0; lane <= WEB_LANES; lane++)
        for (int c = 1; c < 6; c++)
            buf_printf(out, "qingfeng_requests_total{lane=\"%s\",status=\"%dxx\"} %ld\n", lane_names[lane], c,
                       atomic_load_explicit(&m->lanes[lane].classes[c], memory_order_relaxed));
    buf_puts(out, "# HELP qingfeng_request_seconds From the whole request to its answer.\n"
                  "# TYPE qingfeng_request_seconds histogram\n");
    for (int lane = 0; lane < WEB_LANES; lane++)
        put_lane(m, lane, out);
    buf_puts(out, "# HELP qingfeng_queue_length Requests waiting for a handler.\n# TYPE qingfeng_queue_length gauge\n");
    for (int lane = 0; lane < WEB_LANES; lane++)
        buf_printf(out, "qingfeng_queue_length{lane=\"%s\"} %d\n", lane_names[lane], lane_length(&w->lanes[lane]));
    buf_puts(out, "# HELP qingfeng_requests_in_flight Requests begun and not ended.\n"
                  "# TYPE qingfeng_requests_in_flight gauge\n");
    buf_printf(out, "qingfeng_requests_in_flight %ld\n", atomic_load_explicit(&m->active, memory_order_relaxed));
    buf_puts(out, "# HELP qingfeng_connections Open connections.\n# TYPE qingfeng_connections gauge\n");
    buf_printf(out, "qingfeng_connections %ld\n", atomic_load_explicit(&m->links, memory_order_relaxed));
    buf_puts(out, "# HELP qingfeng_uptime_seconds Since the server began.\n# TYPE qingfeng_uptime_seconds gauge\n");
    buf_printf(out, "qingfeng_uptime_seconds %.3f\n", (double)(clock_now_ms() - m->since_ms) / 1000.0);
}
