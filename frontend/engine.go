package frontend

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"earshot/survey"
)

//go:embed templates
var templateFiles embed.FS

// The layouts that pages stand in.
const (
	repLayout     = "templates/layouts/rep.html"
	contactLayout = "templates/layouts/contact.html"
	pageFolder    = "templates/pages"
)

// contactPage is a page for contacts, in their language; all others are for reps.
type contactPage interface {
	Page
	language() string
}

// repPages has one page for reps of each type, so that every template is tried when the program starts.
func repPages() []Page {
	return []Page{
		TodayPage{}, CustomersPage{}, CustomerPage{}, CustomerFormPage{}, ContactFormPage{}, FeedbackPage{}, ResponsesPage{},
		ResponsePage{}, SurveysPage{}, SurveyPage{}, SurveyFormPage{}, PulsesPage{}, PulseFormPage{}, PulsePage{}, KeptMailsPage{},
		KeptMailPage{}, InvitationsPage{}, ImportPage{}, ImportMappingPage{}, ImportRunPage{}, SettingsPage{}, RepFormPage{},
		SuppressionsPage{}, SetupPage{}, LoginPage{}, AccountPage{}, ErrorPage{}, DocsPage{}, GalleryPage{},
	}
}

// contactPages are the pages for contacts, one of each type.
func contactPages() []contactPage {
	blank := &survey.SurveyVersion{Questions: []survey.Question{{}}}
	return []contactPage{&AnswerPage{Version: blank}, &ThanksPage{}, &DeclinedPage{}, &UnsubscribePage{}, &LinkProblemPage{}}
}

// loadTemplates parses every page in its layout and tries it with the blank page of its type. All stand in one set, so
// that the parts that they share are parsed and escaped once; own keeps the pages' own definitions apart.
func (f *Frontend) loadTemplates() error {
	set, err := template.New("set").Funcs(f.functions()).Option("missingkey=error").ParseFS(templateFiles, "templates/parts/*.html")
	if err != nil {
		return fmt.Errorf("frontend: %w", err)
	}
	f.templates = set
	files, err := fs.Glob(templateFiles, pageFolder+"/*.html")
	if err != nil {
		return fmt.Errorf("frontend: %w", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(path.Base(file), ".html")
		layout := repLayout
		if forContacts(name) {
			layout = contactLayout
		}
		for _, source := range []string{layout, file} {
			if err := parseOwn(set, name, source); err != nil {
				return err
			}
		}
	}
	if err := f.loadThanks(); err != nil {
		return err
	}
	return f.tryTemplates()
}

// ownNames finds where a page or its layout defines or uses what each page has of its own.
var ownNames = regexp.MustCompile(`(define|block|template) "(layout|main|title|head|width)"`)

// own is the name of what a page has of its own, in the set of all pages.
func own(page, name string) string { return page + ":" + name }

// parseOwn adds a layout or a page to the set, as that page's own.
func parseOwn(set *template.Template, page, file string) error {
	source, err := templateFiles.ReadFile(file)
	if err == nil {
		_, err = set.New(page + "/" + path.Base(file)).Parse(ownNames.ReplaceAllString(string(source), `$1 "`+own(page, "$2")+`"`))
	}
	if err != nil {
		return fmt.Errorf("frontend: %w", err)
	}
	return nil
}

// forContacts says whether the template of that name is of a page for contacts.
func forContacts(name string) bool {
	return slices.ContainsFunc(contactPages(), func(p contactPage) bool { return p.template() == name })
}

// tryTemplates renders the blank page of each type: a slip in a template stops the program's start, not a request.
func (f *Frontend) tryTemplates() error {
	pages := repPages()
	for _, page := range contactPages() {
		pages = append(pages, page)
	}
	for _, page := range pages {
		if err := f.Render(io.Discard, page); err != nil {
			return fmt.Errorf("frontend: page %s: %w", page.template(), err)
		}
	}
	return nil
}

// frame is what a layout is executed with.
type frame struct {
	Page
	Company string
	Style   string
	// Contact is the style that stands inside pages for contacts, and C their fixed words.
	Contact template.CSS
	C       *chrome
}

func (f *Frontend) render(buffer *bytes.Buffer, page Page) error {
	switch page := page.(type) {
	case *AnswerPage:
		return f.renderAnswer(buffer, page)
	case *ThanksPage:
		return f.renderThanks(buffer, page)
	}
	in := frame{Page: page, Company: f.config.Company, Style: f.styleURL}
	if contact, ok := page.(contactPage); ok {
		in.Contact, in.C = f.contact.css, f.chromeIn(contact.language())
	}
	return f.templates.ExecuteTemplate(buffer, own(page.template(), "layout"), in)
}
