package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// operator is the first admin of a running earshot: their browser, and a key to the API.
type operator struct {
	host, key string
	browser   *http.Client
}

// The first admin.
const (
	adminEmail    = "ada@bench.example"
	adminPassword = "correct horse battery staple"
)

// secretOnPage finds a fresh API key on the page that shows it.
var secretOnPage = regexp.MustCompile(`<code[^>]*secret[^>]*>([^<]+)</code>`)

// setUp makes the first admin and a key that may write.
func setUp(ctx context.Context, s *server) (*operator, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	o := &operator{host: s.host, browser: &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	if _, err := o.send(ctx, s.setup, url.Values{"name": {"Ada Admin"}, "email": {adminEmail}, "password": {adminPassword}}); err != nil {
		return nil, fmt.Errorf("make the first admin: %w", err)
	}
	page, err := o.send(ctx, "/settings/keys", url.Values{"name": {"Bench"}, "scope": {"write"}})
	if err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	found := secretOnPage.FindSubmatch(page)
	if found == nil {
		return nil, fmt.Errorf("no key on the page that makes one")
	}
	o.key = string(found[1])
	return o, nil
}

// at is the same operator at the program after another start: session and key stand in the store.
func (o *operator) at(s *server) *operator {
	return &operator{host: s.host, key: o.key, browser: o.browser}
}

// send sends a form from a page.
func (o *operator) send(ctx context.Context, path string, form url.Values) ([]byte, error) {
	return o.do(ctx, http.MethodPost, path, "application/x-www-form-urlencoded", []byte(form.Encode()))
}

// post sends JSON to the API and reads what was made into made.
func (o *operator) post(ctx context.Context, path string, body, made any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	answer, err := o.do(ctx, http.MethodPost, path, "application/json", raw)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, made)
}

// read reads JSON of the API.
func (o *operator) read(ctx context.Context, path string, into any) error {
	answer, err := o.do(ctx, http.MethodGet, path, "", nil)
	if err != nil {
		return err
	}
	return json.Unmarshal(answer, into)
}

// try fetches a page and returns its body and its status, 200 or 503; others are errors.
func (o *operator) try(ctx context.Context, path string) ([]byte, int, error) {
	body, status, err := o.exchange(ctx, http.MethodGet, path, "", nil)
	if err == nil && status != http.StatusOK && status != http.StatusServiceUnavailable {
		err = fmt.Errorf("%s answered %d: %.300s", path, status, body)
	}
	return body, status, err
}

// do sends a request and returns the body of an answer that is not an error.
func (o *operator) do(ctx context.Context, method, path, media string, body []byte) ([]byte, error) {
	answer, status, err := o.exchange(ctx, method, path, media, body)
	if err == nil && status >= http.StatusBadRequest {
		err = fmt.Errorf("%s %s answered %d: %.300s", method, path, status, answer)
	}
	return answer, err
}

// exchange sends a request, to the API with the key and else with the session.
func (o *operator) exchange(ctx context.Context, method, path, media string, body []byte) ([]byte, int, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+o.host+path, bytes.NewReader(body))
	if err != nil {
		return nil, 0, err
	}
	if media != "" {
		request.Header.Set("Content-Type", media)
	}
	if strings.HasPrefix(path, "/api/") {
		request.Header.Set("Authorization", "Bearer "+o.key)
	}
	response, err := o.browser.Do(request)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	return answer, response.StatusCode, err
}
