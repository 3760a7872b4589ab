#!/bin/bash
# web.sh WEB_SERVE: requests a second of a page of thirty rows, beside nginx serving the same bytes from a file; 64
# connections, both on loopback, in turns; the ratio of medians. ROUNDS and SECONDS_EACH change the length.
set -e
serve=$1 rounds=${ROUNDS:-3} seconds=${SECONDS_EACH:-3} dir=$(mktemp -d); chmod 755 "$dir"
"$serve" 0 $IO_THREADS $PAGE_THREADS > "$dir/port" & server=$!
trap 'kill $server 2>/dev/null; [ -f "$dir/nginx.pid" ] && kill "$(cat "$dir/nginx.pid")"; sleep .2; rm -rf "$dir"' EXIT
until [ -s "$dir/port" ]; do sleep .05; done
url=http://127.0.0.1:$(cat "$dir/port")/roster/member
curl -sf -H 'Cookie: qf_session=x' "$url" -o "$dir/page.html"
curl -sf -H 'Cookie: qf_session=x' -H 'Accept: application/json' "$url" -o "$dir/page.json"
cat > "$dir/nginx.conf" <<C
worker_processes $(nproc); pid $dir/nginx.pid; error_log $dir/error.log; daemon on;
events { worker_connections 2048; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=100; default_type text/html;
  client_body_temp_path $dir/t1; proxy_temp_path $dir/t2; fastcgi_temp_path $dir/t3; uwsgi_temp_path $dir/t4; scgi_temp_path $dir/t5;
  server { listen 127.0.0.1:${NGINX_PORT:-18931}; root $dir; } }
C
nginx -c "$dir/nginx.conf"
rate() { wrk -t1 -c64 -d"$seconds"s -H 'Cookie: qf_session=x' "$@" | awk '/Requests\/sec/ {print $2} /Non-2xx/ {print "0"; exit}'; }
median() { sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
for _ in $(seq "$rounds"); do
    rate "$url" >> "$dir/ours"
    rate "http://127.0.0.1:${NGINX_PORT:-18931}/page.html" >> "$dir/nginx"
    rate -H 'Accept: application/json' "$url" >> "$dir/json"
done
o=$(median < "$dir/ours") n=$(median < "$dir/nginx") j=$(median < "$dir/json")
awk -v o="$o" -v n="$n" -v j="$j" -v b="$(stat -c %s "$dir/page.html")" -v k="$(stat -c %s "$dir/page.json")" \
    'BEGIN {printf "page %d bytes: %.0f/s, nginx %.0f/s, ratio %.2f; json %d bytes: %.0f/s\n", b, o, n, o / n, k, j}'
