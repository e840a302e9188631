package journey

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"sync/atomic"
	"testing"
)

// Installation is Earshot as a company runs it: one process on a file, several on a MongoDB, behind a load balancer. Each
// request goes to the next process in turn, wherever earlier ones of the same person went, and past one that takes no
// connections.
type Installation struct {
	// URL is where it is.
	URL      string
	Programs []*Program

	// next and turn count: who is next for a fault, and whose turn it is to answer.
	next int
	turn atomic.Uint64
	to   http.RoundTripper
}

// processesOnMongoDB is how many processes an installation on a MongoDB has.
const processesOnMongoDB = 2

// Install starts an installation on a store. It ends with the test.
func Install(tb testing.TB, where string, args ...string) *Installation {
	tb.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 32}
	i := &Installation{to: transport}
	server := httptest.NewServer(&httputil.ReverseProxy{Transport: i, Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme = "http"
		r.SetXForwarded()
		r.Out.Host = r.In.Host
	}, ErrorHandler: noAnswer})
	tb.Cleanup(func() {
		server.Close()
		transport.CloseIdleConnections()
	})
	i.URL = server.URL
	processes := 1
	if strings.HasPrefix(where, "mongodb://") {
		processes = processesOnMongoDB
	}
	for range processes {
		i.Programs = append(i.Programs, StartBehind(tb, i.URL, append([]string{"-store", where}, args...)...))
	}
	return i
}

// SetupPath is the path of the first-run link.
func (i *Installation) SetupPath() string { return i.Programs[len(i.Programs)-1].SetupPath() }

// Next is the process whose turn it is that something happens to it.
func (i *Installation) Next() *Program {
	i.next++
	return i.Programs[i.next%len(i.Programs)]
}

// noAnswer says that no program answered: Earshot itself never says 502.
func noAnswer(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }

// RoundTrip implements http.RoundTripper.
func (i *Installation) RoundTrip(r *http.Request) (*http.Response, error) {
	if body := r.Body; body != nil {
		defer func() { _ = body.Close() }()
		r.Body = io.NopCloser(body)
	}
	first := i.turn.Add(1)
	var err error
	for n := range i.Programs {
		r.URL.Host = i.Programs[(first+uint64(n))%uint64(len(i.Programs))].address
		var answer *http.Response
		if answer, err = i.to.RoundTrip(r); !notConnected(err) {
			return answer, err
		}
	}
	return nil, err
}

// notConnected says that nothing of a request was sent.
func notConnected(err error) bool {
	var failed *net.OpError
	return errors.As(err, &failed) && failed.Op == "dial"
}
