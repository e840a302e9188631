package frontend_test

import (
	"fmt"
	"net/url"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"earshot/frontend"
	"earshot/survey"
)

// scoresInARow finds what is wrong with the scores from 0 to 10 in a mail that is written from left to right or from right to left: they stand in one row in
// their order, none so small that a finger meets two (24 pixels apart, WCAG 2.2, 2.5.8), and below the ends stands which is which.
const scoresInARow = `(rightToLeft => {
	const found = [], taps = [...document.querySelectorAll("a.tap")], boxes = taps.map(e => e.getBoundingClientRect());
	if (document.documentElement.scrollWidth > innerWidth) found.push("scrolls sideways: " + document.documentElement.scrollWidth);
	if (taps.length != 11) found.push(taps.length + " scores");
	for (let i = 0; i < taps.length; i++) {
		if (taps[i].textContent != i) found.push("score " + i + " says " + taps[i].textContent);
		if (boxes[i].top != boxes[0].top || boxes[i].height != boxes[0].height) found.push("score " + i + " stands in another row");
		if (boxes[i].height < 40 || taps[i].scrollWidth > taps[i].clientWidth) found.push("score " + i + " is too small: " + boxes[i].width + " × " + boxes[i].height);
		const apart = i && (boxes[i].left - boxes[i-1].left) * (rightToLeft ? -1 : 1);
		if (i && apart < 24) found.push("scores " + (i-1) + " and " + i + " are " + apart + " apart");
	}
	const ends = [...document.querySelectorAll("td.soft")].map(e => [e.textContent.split(" ")[0], e.getBoundingClientRect()]);
	if (ends.length != 2 || ends[0][0] != "0" || ends[1][0] != "10") found.push("the ends are not told");
	else if ((ends[0][1].left < ends[1][1].left) == rightToLeft || ends[0][1].top < boxes[0].bottom) found.push("the ends are told elsewhere");
	return found.join("; ");
})(%t)`

// TestMailsFitAPhone opens mails in Chromium at 320 and 390 pixels.
func TestMailsFitAPhone(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("NOT RUN: there is no chromium on the PATH, so no mail was opened at the width of a phone")
	}
	if testing.Short() {
		t.Skip("NOT RUN: -short")
	}
	folder, browser := t.TempDir(), openBrowser(t, chromium)
	for _, width := range []int64{320, 390} {
		if err := chromedp.Do(browser, chromedp.EmulateViewport(width, 800, chromedp.EmulateMobile)); err != nil {
			t.Fatal(err)
		}
		for _, template := range survey.Templates() {
			for _, tag := range frontend.Languages() {
				m := askMail(t, template, tag)
				m.Logo = survey.MailLogo{Source: "logo.png", Width: 200, Height: 60}
				file := filepath.Join(folder, template.Name+tag+".html")
				write(t, file, compose(t, m).HTML)
				look := `document.documentElement.scrollWidth > innerWidth ? "scrolls sideways: " + document.documentElement.scrollWidth : ""`
				if template.Name == survey.TemplateNPS {
					look = fmt.Sprintf(scoresInARow, frontend.Direction(tag) == "rtl")
				}
				if err := chromedp.Do(browser, chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String())); err != nil {
					t.Fatal(err)
				}
				if found, err := chromedp.Run(browser, chromedp.Evaluate[string](look)); err != nil || found != "" {
					t.Errorf("%s in %s at %d: %s %v", template.Name, tag, width, found, err)
				}
			}
		}
	}
}

// pageScores finds what is wrong with them on the page to answer on.
const pageScores = `(() => {
	const boxes = [...document.querySelectorAll(".num span")].map(e => e.getBoundingClientRect()), found = [];
	if (document.documentElement.scrollWidth > innerWidth) found.push("scrolls sideways");
	if (boxes.length != 11 || boxes.some(b => b.top != boxes[0].top || b.height < 44)) found.push("0 to 10 stand in no row, or are too low");
	for (let i = 1; i < boxes.length; i++) if (Math.abs(boxes[i].left - boxes[i-1].left) < 24) found.push(i + " is too near to the one before");
	for (const e of document.querySelectorAll(".num span")) if (e.scrollWidth > e.clientWidth) found.push(e.textContent + " does not fit");
	if (!document.querySelector(".ends")) found.push("the ends are not told");
	return found.join("; ");
})()`

// TestScoresOfThePageFitAPhone opens the page to answer on in Chromium at 320 pixels.
func TestScoresOfThePageFitAPhone(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("NOT RUN: there is no chromium on the PATH, so no page was opened at the width of a phone")
	}
	if testing.Short() {
		t.Skip("NOT RUN: -short")
	}
	folder, browser, f := t.TempDir(), openBrowser(t, chromium), newFrontend(t)
	if err := chromedp.Do(browser, chromedp.EmulateViewport(320, 800, chromedp.EmulateMobile)); err != nil {
		t.Fatal(err)
	}
	for _, template := range survey.Templates() {
		if template.Name != survey.TemplateNPS {
			continue
		}
		for _, tag := range frontend.Languages() {
			file := filepath.Join(folder, tag+".html")
			write(t, file, render(t, f, &frontend.AnswerPage{Version: &template.Content, Language: tag}))
			if err := chromedp.Do(browser, chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String())); err != nil {
				t.Fatal(err)
			}
			if found, err := chromedp.Run(browser, chromedp.Evaluate[string](pageScores)); err != nil || found != "" {
				t.Errorf("%s: %s %v", tag, found, err)
			}
		}
	}
}

// coloursOfAll are the colours of every element of a page.
const coloursOfAll = `[...document.querySelectorAll("*")].map(e => { const s = getComputedStyle(e); return [s.color, s.backgroundColor, s.borderTopColor].join() }).join("\n")`

// TestModesAreThoseOfMails holds a mail as the preview shows it in dark and in light mode against what the mail itself does on such a screen.
func TestModesAreThoseOfMails(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("NOT RUN: there is no chromium on the PATH, so no mail was opened in dark mode")
	}
	if testing.Short() {
		t.Skip("NOT RUN: -short")
	}
	folder, browser := t.TempDir(), openBrowser(t, chromium)
	shown := func(html, scheme string) string {
		file := filepath.Join(folder, "mail.html")
		write(t, file, html)
		media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
		if _, err := chromedp.Call(browser, emulation.SetEmulatedMedia, media); err != nil {
			t.Fatal(err)
		}
		if err := chromedp.Do(browser, chromedp.Navigate((&url.URL{Scheme: "file", Path: file}).String())); err != nil {
			t.Fatal(err)
		}
		colours, err := chromedp.Run(browser, chromedp.Evaluate[string](coloursOfAll))
		if err != nil || colours == "" {
			t.Fatal(colours, err)
		}
		return colours
	}
	for _, template := range survey.Templates() {
		m := askMail(t, template, "en")
		m.Colours = survey.PaletteOf("#00a0e3")
		mail := compose(t, m).HTML
		light, dark := shown(mail, "light"), shown(mail, "dark")
		if light == dark {
			t.Fatalf("%s: a dark screen changes nothing", template.Name)
		}
		for _, scheme := range []string{"light", "dark"} {
			if shown(frontend.InMode(mail, false), scheme) != light {
				t.Errorf("%s: the light view on a %s screen is not what a light screen shows", template.Name, scheme)
			}
			if shown(frontend.InMode(mail, true), scheme) != dark {
				t.Errorf("%s: the dark view on a %s screen is not what a dark screen shows", template.Name, scheme)
			}
		}
	}
}
