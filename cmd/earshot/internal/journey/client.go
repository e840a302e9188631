package journey

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Client talks to a running program, as an integrator's program (with a Key) or as a browser that keeps cookies. It is
// safe for concurrent use.
type Client struct {
	// URL is where the program is, Key the API key; empty shows none.
	URL, Key string

	tb   testing.TB
	http *http.Client
}

// requestWithin bounds a request.
const requestWithin = 30 * time.Second

// NewClient returns a client of the program at that URL.
func NewClient(tb testing.TB, at, key string) *Client {
	tb.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		tb.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	tb.Cleanup(transport.CloseIdleConnections)
	return &Client{URL: at, Key: key, tb: tb, http: &http.Client{Jar: jar, Timeout: requestWithin, Transport: transport}}
}

// Answer is what the program answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Try sends a request; an error means that no answer came. A body of type url.Values is sent as a form, a string as it
// is with the media type text/csv, anything else as JSON; nil sends none.
func (c *Client) Try(method, path string, body any) (Answer, error) {
	raw, media, err := encode(body)
	if err != nil {
		return Answer{}, err
	}
	request, err := http.NewRequestWithContext(context.Background(), method, c.URL+path, bytes.NewReader(raw))
	if err != nil {
		return Answer{}, err
	}
	if media != "" {
		request.Header.Set("Content-Type", media)
	}
	if c.Key != "" {
		request.Header.Set("Authorization", "Bearer "+c.Key)
	}
	return c.Send(request)
}

// Send sends a request that was made by hand.
func (c *Client) Send(request *http.Request) (Answer, error) {
	response, err := c.http.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	return Answer{response.StatusCode, response.Header, read}, err
}

func encode(body any) (raw []byte, media string, err error) {
	switch body := body.(type) {
	case nil:
		return nil, "", nil
	case url.Values:
		return []byte(body.Encode()), "application/x-www-form-urlencoded", nil
	case string:
		return []byte(body), "text/csv", nil
	}
	raw, err = json.Marshal(body)
	return raw, "application/json", err
}

// Do sends a request and fails the test unless the answer has one of those statuses.
func (c *Client) Do(method, path string, body any, statuses ...int) Answer {
	c.tb.Helper()
	answer, err := c.Try(method, path, body)
	if err != nil {
		c.tb.Fatalf("%s %s: %v", method, path, err)
	}
	for _, status := range statuses {
		if answer.Status == status {
			return answer
		}
	}
	c.tb.Fatalf("%s %s: got %d, want %d: %.600s", method, path, answer.Status, statuses, answer.Body)
	return answer
}

// Into reads the answer's JSON.
func (a Answer) Into(tb testing.TB, target any) {
	tb.Helper()
	if err := a.Decode(target); err != nil {
		tb.Fatal(err)
	}
}

// Decode reads the answer's JSON.
func (a Answer) Decode(target any) error {
	if err := json.Unmarshal(a.Body, target); err != nil {
		return fmt.Errorf("the answer is no JSON for %T: %w: %.300s", target, err, a.Body)
	}
	return nil
}

// Post sends JSON and reads what was made.
func (c *Client) Post(path string, body, made any) {
	c.tb.Helper()
	answer := c.Do(http.MethodPost, path, body, http.StatusCreated, http.StatusOK, http.StatusNoContent)
	if made != nil {
		answer.Into(c.tb, made)
	}
}

// Get reads JSON.
func (c *Client) Get(path string, target any) {
	c.tb.Helper()
	c.Do(http.MethodGet, path, nil, http.StatusOK).Into(c.tb, target)
}

// List is a page of a list as the API has it.
type List[T any] struct {
	Items      []T    `json:"items"`
	NextCursor string `json:"next_cursor"`
}

// All reads a whole list, page by page.
func All[T any](c *Client, path string) []T {
	c.tb.Helper()
	var all []T
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	for cursor := ""; ; {
		var page List[T]
		c.Get(fmt.Sprintf("%s%slimit=500&cursor=%s", path, separator, url.QueryEscape(cursor)), &page)
		all = append(all, page.Items...)
		if cursor = page.NextCursor; cursor == "" {
			return all
		}
	}
}

// Eventually waits until check returns nil, and fails the test with what it last returned.
func Eventually(tb testing.TB, what string, within time.Duration, check func() error) {
	tb.Helper()
	deadline := time.Now().Add(within)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			tb.Fatalf("%s: not after %v: %v", what, within, err)
		}
		time.Sleep(30 * time.Millisecond)
	}
}
