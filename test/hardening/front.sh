#!/bin/bash
# front.sh: TLS as doc/deploy.md tells it. The nginx configuration of that page is run as it stands there (ports and files
# exchanged), then the server's own TLS; and ten thousand silent connections stand while pages are answered. Prints TAP.
. "$(dirname "$0")/lib.sh"

free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
head_of() { curl -sk -m 10 -D - -o "$dir/body" "$@"; }

init_db "$dir/front.db" || exit 1
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$dir/key.pem" -out "$dir/cert.pem" -days 2 -subj /CN=qingfeng.example \
    >/dev/null 2>&1
chmod 600 "$dir/key.pem"

# ---- nginx in front ----
front() {
    local port
    port=$(free_port)
    serve_db "$dir/front.db" --behind-proxy 127.0.0.1 || return 1
    mkdir -p "$dir/nginx"
    {
        [ "$(id -u)" != 0 ] || echo 'user root;'
        echo "daemon off; pid $dir/nginx/pid; error_log $dir/nginx/error.log; events {} http { access_log off;"
        for t in client_body proxy fastcgi uwsgi scgi; do echo "${t}_temp_path $dir/nginx/$t;"; done
        sed -n '/^    server {/,/^    }/p' doc/deploy.md |
            sed -e "s|listen 443 ssl|listen 127.0.0.1:$port ssl|" -e "s|/etc/ssl/qingfeng.pem|$dir/cert.pem|" \
                -e "s|/etc/ssl/qingfeng.key|$dir/key.pem|" -e "s|http://127.0.0.1:8080|$base|"
        echo '}'
    } >"$dir/nginx/conf"
    nginx -t -e "$dir/nginx/error.log" -c "$dir/nginx/conf" || return 1
    nginx -e "$dir/nginx/error.log" -c "$dir/nginx/conf" &
    servers+=($!)
    direct=$base base=https://127.0.0.1:$port
    for _ in $(seq 100); do
        curl -sk -m 5 -o /dev/null "$base/healthz" && return 0
        sleep .05
    done
    cat "$dir/nginx/error.log"
    return 1
}
curlrc() { printf 'insecure\n' >"$dir/.curlrc"; export CURL_HOME=$dir; } # sign_in and get speak to a certificate of our own
sent_secure() {
    head_of "$base/login" >"$dir/head" && grep -qi '^strict-transport-security: max-age=' "$dir/head" &&
        grep -qi '^set-cookie: __Host-.*Secure' "$dir/head" && grep -qi '^content-security-policy:' "$dir/head"
}
no_metrics() { [ "$(curl -sk -m 10 -o /dev/null -w '%{http_code}' "$base/metrics")" = 403 ]; }
said_address() { # what a client says of itself is not believed: the session stands under the address nginx saw
    sign_in "$dir/jar" && get "$dir/jar" /account | jq -e '.sessions[0].address == "127.0.0.1"' &&
        curl -sk -m 10 -b "$dir/jar" -H 'X-Forwarded-For: 203.0.113.9' -H 'Accept: application/json' "$base/account" |
        jq -e '[.sessions[].address] | index("203.0.113.9") == null'
}
form_through() { # a form and its redirect pass, within https
    local csrf
    csrf=$(curl -sk -m 10 -b "$dir/jar" "$base/office" | grep -o 'name="csrf" value="[^"]*"' | head -1 | cut -d'"' -f4)
    head_of -b "$dir/jar" -d "csrf=$csrf" "$base/logout" | grep -qi '^location: /login'
}
plain_is_plain() { # without nginx, and without the option, the headers of a proxy are nobody's
    local plain=$base
    serve_db "$dir/front.db" || return 1
    ! head_of -H 'X-Forwarded-Proto: https' "$base/login" | grep -qi '^strict-transport-security'
    local rc=$?
    kill -TERM "$pid"; wait "$pid"
    base=$plain
    return $rc
}
step 'the nginx configuration of doc/deploy.md starts before the server' front
curlrc
step 'through it cookies are Secure and __Host-, and HSTS is sent' sent_secure
step 'the numbers of /metrics stay inside' no_metrics
step 'a client does not choose its address' said_address
step 'forms pass, and their redirects stay within https' form_through
step 'without a proxy nobody says that he came over TLS' plain_is_plain

# ---- its own TLS ----
own_tls() {
    : >"$dir/tls.out"
    "$qf" serve --db "$dir/front.db" --listen 127.0.0.1:0 --tls-cert "$dir/cert.pem" --tls-key "$dir/key.pem" \
        >"$dir/tls.out" 2>"$dir/tls.err" &
    servers+=($!)
    for _ in $(seq 100); do
        base=$(grep -o 'https://[0-9.:]*' "$dir/tls.out") && return 0
        sleep .05
    done
    cat "$dir/tls.err"
    return 1
}
step 'with a certificate and its key it serves TLS itself' own_tls
step 'there too cookies are Secure and __Host-, and HSTS is sent' sent_secure
step 'somebody signs in over it' sign_in "$dir/jar2"
old_tls() { ! curl -sk -m 10 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 -o /dev/null "$base/login"; }
step 'TLS 1.1 is refused' old_tls

# ---- silent connections ----
# As many as the server takes (10 000), or as this machine's limit of open files lets us hold.
silent() {
    serve_db "$dir/front.db" || return 1
    local room most=9900
    room=$(ulimit -Hn)
    [ "$room" = unlimited ] || [ "$room" -gt 10200 ] || most=$((room - 300))
    ulimit -n "$(ulimit -Hn)"
    before=$(awk '/VmRSS/ { print $2 }' "/proc/$pid/status")
    QF_PID=$pid QF_BASE=$base QF_MOST=$most timeout 100 node -e '
        const net = require("net"), http = require("http"), fs = require("fs");
        const { hostname, port } = new URL(process.env.QF_BASE), most = Number(process.env.QF_MOST), all = [];
        const rss = () => Number(fs.readFileSync(`/proc/${process.env.QF_PID}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]);
        const open = () => new Promise((done, no) => { const s = net.connect(port, hostname, () => done(s)); s.on("error", no); all.push(s); });
        const page = () => new Promise((done, no) => { const at = Date.now();
          http.get(process.env.QF_BASE + "/login", (r) => { r.resume(); r.on("end", () => done([r.statusCode, Date.now() - at])); }).on("error", no); });
        (async () => {
          const first = rss();
          for (let i = 0; i < most; i += 100) { await Promise.all(Array.from({ length: 100 }, open)); }
          const [status, ms] = await page(), kb = (rss() - first) / all.length;
          console.log(`${all.length} silent connections: a page in ${ms} ms, ${kb.toFixed(1)} KB each`);
          process.exit(status === 200 && kb < 64 ? 0 : 1);
        })().catch((e) => { console.log(String(e)); process.exit(1); });'
}
step 'ten thousand silent connections stand and a page is answered' silent
sed 's/^/# /' "$dir/out"
done_testing
