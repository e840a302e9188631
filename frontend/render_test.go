package frontend_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/html"

	"earshot/frontend"
	"earshot/frontend/gallery"
)

// shared is the one Frontend of the tests that do not mind what others rendered with it.
var shared = sync.OnceValues(func() (*frontend.Frontend, error) { return frontend.New(gallery.Config()) })

func newFrontend(t testing.TB) *frontend.Frontend {
	t.Helper()
	f, err := shared()
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return f
}

// freshFrontend has rendered nothing yet.
func freshFrontend(t testing.TB) *frontend.Frontend {
	t.Helper()
	f, err := frontend.New(gallery.Config())
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return f
}

func render(t testing.TB, f *frontend.Frontend, page frontend.Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := f.Render(&b, page); err != nil {
		t.Fatalf("Render(%T): %v", page, err)
	}
	return b.String()
}

// TestEveryTemplateHasASample finds a template that no page uses, and a page that nobody can look at.
func TestEveryTemplateHasASample(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{"gallery": true}
	for _, s := range gallery.Samples() {
		shown[s.Name] = true
	}
	files, err := filepath.Glob("templates/pages/*.html")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %d templates: %v", len(files), err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".html"); !shown[name] {
			t.Errorf("%s has no sample in the gallery", file)
		}
	}
}

// TestSamples renders every sample of every page and holds it against what every page must keep.
func TestSamples(t *testing.T) {
	t.Parallel()
	f := newFrontend(t)
	samples := gallery.Samples()
	samples = append(samples, gallery.Sample{Name: "gallery", Variant: "normal",
		Page: gallery.Page(frontend.Shell{}, func(s gallery.Sample) string { return "/gallery/" + s.ID() })})
	seen := map[string]bool{}
	for _, s := range samples {
		if seen[s.ID()] {
			t.Errorf("two samples are called %s", s.ID())
		}
		seen[s.ID()] = true
		t.Run(s.ID(), func(t *testing.T) {
			t.Parallel()
			body := render(t, f, s.Page)
			nesting(t, body)
			root, err := html.Parse(strings.NewReader(body))
			if err != nil {
				t.Fatalf("parse: %v", err)
			}
			check := document{T: t, root: root, ids: map[string]bool{}, labels: map[string]bool{}}
			check.run()
		})
	}
}

// voidElements have no end tag.
var voidElements = map[string]bool{"meta": true, "link": true, "input": true, "img": true, "br": true, "source": true, "hr": true}

// endsParagraph are elements whose start tag ends an open paragraph, whatever its own end tag says.
var endsParagraph = map[string]bool{"form": true, "div": true, "p": true, "ul": true, "ol": true, "dl": true, "table": true, "section": true,
	"nav": true, "figure": true, "fieldset": true, "details": true, "blockquote": true, "pre": true, "h1": true, "h2": true, "h3": true, "h4": true}

// nesting fails unless every element is closed by its own end tag, in order, and no form stands in another.
func nesting(t *testing.T, body string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(body))
	var open []string
	forms := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("left open: %v", open)
			}
			return
		case html.StartTagToken:
			name, _ := z.TagName()
			if slices.Contains(open, "p") && endsParagraph[string(name)] {
				t.Errorf("<%s> ends the paragraph that it stands in", name)
			}
			if tag := string(name); !voidElements[tag] {
				open = append(open, tag)
				if tag == "form" {
					forms++
				}
				if forms > 1 {
					t.Fatalf("a form in a form")
				}
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Fatalf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
			if string(name) == "form" {
				forms--
			}
		}
	}
}

// document checks one page.
type document struct {
	*testing.T
	root   *html.Node
	ids    map[string]bool
	labels map[string]bool
	level  int
	first  int
	refs   []string
	mains  int
}

func (d *document) run() {
	d.Helper()
	for n := range d.root.Descendants() {
		if n.Type == html.ElementNode {
			d.collect(n)
		}
	}
	for n := range d.root.Descendants() {
		if n.Type == html.ElementNode {
			d.element(n)
		}
	}
	if d.first != 1 || d.mains != 1 {
		d.Errorf("got %d h1 and %d main, want one each", d.first, d.mains)
	}
	for _, ref := range d.refs {
		if !d.ids[ref] {
			d.Errorf("nothing has the id %q that is referred to", ref)
		}
	}
}

func (d *document) collect(n *html.Node) {
	d.Helper()
	if id, ok := attr(n, "id"); ok {
		if d.ids[id] || id == "" {
			d.Errorf("the id %q is empty or stands twice", id)
		}
		d.ids[id] = true
	}
	if id, ok := attr(n, "for"); ok {
		d.labels[id] = true
		d.refs = append(d.refs, id)
	}
	for _, name := range []string{"aria-labelledby", "aria-describedby", "list"} {
		if id, ok := attr(n, name); ok {
			d.refs = append(d.refs, id)
		}
	}
}

func (d *document) element(n *html.Node) {
	d.Helper()
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
			d.Errorf("<%s> has %s=%q, which a strict policy forbids", n.Data, a.Key, a.Val)
		}
		if strings.Contains(a.Val, "ZgotmplZ") {
			d.Errorf("<%s> has an unsafe %s", n.Data, a.Key)
		}
	}
	switch n.Data {
	case "script":
		d.need(n, "src")
		if src, _ := attr(n, "src"); !strings.HasPrefix(src, frontend.PathStatic) || n.FirstChild != nil {
			d.Errorf("a script stands in the page, or comes from elsewhere: %s", src)
		}
	case "html":
		d.need(n, "lang", "dir")
	case "main":
		d.mains++
	case "h1", "h2", "h3", "h4":
		d.heading(n)
	case "img":
		d.need(n, "alt", "src")
	case "iframe":
		d.need(n, "title", "src", "sandbox")
	case "th":
		d.need(n, "scope")
	case "form":
		d.form(n)
	case "input", "select", "textarea":
		d.field(n)
	case "a", "button", "legend", "label", "summary", "title":
		if strings.TrimSpace(text(n)) == "" {
			d.Errorf("an empty <%s>", n.Data)
		}
	}
	if href, ok := attr(n, "href"); ok && strings.HasPrefix(href, "#") && len(href) > 1 {
		d.refs = append(d.refs, href[1:])
	}
}

func (d *document) need(n *html.Node, names ...string) {
	d.Helper()
	for _, name := range names {
		if v, _ := attr(n, name); v == "" {
			d.Errorf("<%s> has no %s", n.Data, name)
		}
	}
}

func (d *document) heading(n *html.Node) {
	d.Helper()
	level := int(n.Data[1] - '0')
	if level == 1 {
		d.first++
	}
	if level > d.level+1 {
		d.Errorf("the heading %q of order %d follows one of order %d", text(n), level, d.level)
	}
	if strings.TrimSpace(text(n)) == "" {
		d.Errorf("an empty %s", n.Data)
	}
	d.level = level
}

func (d *document) form(n *html.Node) {
	d.Helper()
	if action, _ := attr(n, "action"); action == "" {
		d.Logf("a form without an action: %s", text(n))
	}
	method, _ := attr(n, "method")
	if method != "post" && method != "get" {
		d.Errorf("a form has the method %q", method)
	}
}

// field fails unless the field has a name and a label.
func (d *document) field(n *html.Node) {
	d.Helper()
	d.need(n, "name")
	if kind, _ := attr(n, "type"); kind == "hidden" {
		return
	}
	if id, ok := attr(n, "id"); ok && d.labels[id] {
		return
	}
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "label" {
			return
		}
	}
	name, _ := attr(n, "name")
	d.Errorf("the field %q has no label", name)
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func text(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}
