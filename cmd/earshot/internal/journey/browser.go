package journey

import (
	"context"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// browserWithin bounds everything that is done in one browser, stepWithin each step.
const (
	browserWithin = 5 * time.Minute
	stepWithin    = 30 * time.Second
)

// Browser is a running Chromium.
type Browser struct {
	tb  testing.TB
	ctx context.Context
}

// OpenBrowser starts Chromium, or skips the test and says so where there is none.
func OpenBrowser(tb testing.TB) *Browser {
	tb.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		tb.Skip("NOT RUN: there is no chromium on the PATH, so nothing was tried in a real browser")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.Flag("disable-quic", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true))
	limited, cancel := context.WithTimeout(context.Background(), browserWithin)
	tb.Cleanup(cancel)
	allocator, stop := chromedp.NewExecAllocator(limited, options...)
	tb.Cleanup(stop)
	ctx, quit := chromedp.NewContext(allocator)
	tb.Cleanup(quit)
	if err := chromedp.Do(ctx); err != nil {
		tb.Fatalf("start Chromium: %v", err)
	}
	return &Browser{tb: tb, ctx: ctx}
}

// Tab is a window of a person of their own: it shares no cookies with others.
type Tab struct {
	tb testing.TB
	// Context is what chromedp acts in.
	Context context.Context
}

// Tab opens a window of 1280 by 900 pixels.
func (b *Browser) Tab() *Tab {
	b.tb.Helper()
	ctx, quit := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	b.tb.Cleanup(quit)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 900)); err != nil {
		b.tb.Fatalf("open a tab: %v", err)
	}
	return &Tab{tb: b.tb, Context: ctx}
}

// WithoutScripts switches scripts off in the pages that come.
func (t *Tab) WithoutScripts() *Tab {
	t.tb.Helper()
	off := emulation.SetScriptExecutionDisabledParams{Value: true}
	if _, err := chromedp.Call(t.Context, emulation.SetScriptExecutionDisabled, off); err != nil {
		t.tb.Fatalf("switch scripts off: %v", err)
	}
	return t
}

// Open opens an address and fails the test unless a page comes that is well.
func (t *Tab) Open(url string) {
	t.tb.Helper()
	t.expectPage("open "+url, chromedp.Navigate(url))
}

// Press clicks on what leads to another page and waits for it.
func (t *Tab) Press(selector string) {
	t.tb.Helper()
	t.expectPage("press "+selector, chromedp.Click(selector, chromedp.NodeVisible))
}

// PressRefused is Press where the program is to refuse; it returns the status.
func (t *Tab) PressRefused(selector string) int64 {
	t.tb.Helper()
	return t.load("press "+selector, chromedp.Click(selector, chromedp.NodeVisible))
}

func (t *Tab) expectPage(what string, action chromedp.Action[chromedp.Void]) {
	t.tb.Helper()
	if status := t.load(what, action); status < 200 || status > 299 {
		t.tb.Fatalf("%s: got status %d: %s", what, status, t.Text("main"))
	}
}

func (t *Tab) load(what string, action chromedp.Action[chromedp.Void]) int64 {
	t.tb.Helper()
	ctx, cancel := context.WithTimeout(t.Context, stepWithin)
	defer cancel()
	response, err := chromedp.RunResponse(ctx, action)
	if err != nil {
		t.tb.Fatalf("%s: %v", what, err)
	}
	return response.Status
}

// Type types into the field of that name.
func (t *Tab) Type(name, text string) {
	t.tb.Helper()
	t.do("type into "+name, chromedp.SendKeys(`[name="`+name+`"]`, text))
}

// Choose chooses the option of the radio buttons of that name.
func (t *Tab) Choose(name, value string) {
	t.tb.Helper()
	t.do("choose "+value, chromedp.Click(`label:has([name="`+name+`"][value="`+value+`"])`, chromedp.NodeVisible))
}

// Attach chooses a file for the field of that name.
func (t *Tab) Attach(name, file string) {
	t.tb.Helper()
	t.do("attach "+file, chromedp.SetUploadFiles(`[name="`+name+`"]`, []string{file}))
}

func (t *Tab) do(what string, action chromedp.Action[chromedp.Void]) {
	t.tb.Helper()
	ctx, cancel := context.WithTimeout(t.Context, stepWithin)
	defer cancel()
	if err := chromedp.Do(ctx, action); err != nil {
		t.tb.Fatalf("%s: %v", what, err)
	}
}

// Text returns the words that can be seen in the first element of the selector; empty where there is none.
func (t *Tab) Text(selector string) string {
	t.tb.Helper()
	return Evaluate[string](t, `(document.querySelector(`+"`"+selector+"`"+`)?.innerText ?? "")`)
}

// Evaluate returns what an expression is in the page; DevTools may ask although scripts are off.
func Evaluate[T any](t *Tab, expression string) T {
	t.tb.Helper()
	ctx, cancel := context.WithTimeout(t.Context, stepWithin)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.tb.Fatalf("evaluate %s: %v", expression, err)
	}
	return value
}
