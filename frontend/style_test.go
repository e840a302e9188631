package frontend_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// palettes reads the colours of a style sheet by name, for light and dark surroundings.
func palettes(t *testing.T, file string) map[string]map[string]string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	roots := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(string(raw), 2)
	if len(roots) < 2 || !strings.Contains(string(raw), "prefers-color-scheme: dark") {
		t.Fatalf("%s has no light and dark palette", file)
	}
	read := func(block string) map[string]string {
		colours := map[string]string{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{3,6});`).FindAllStringSubmatch(block, -1) {
			colours[m[1]] = m[2]
		}
		return colours
	}
	return map[string]map[string]string{"light": read(roots[0][1]), "dark": read(roots[1][1])}
}

// contrast is the ratio that WCAG 2.2 defines for two colours, 1 to 21.
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	light, dark := luminance(t, a), luminance(t, b)
	return (math.Max(light, dark) + .05) / (math.Min(light, dark) + .05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	digits := strings.TrimPrefix(colour, "#")
	if len(digits) == 3 {
		digits = fmt.Sprintf("%c%c%c%c%c%c", digits[0], digits[0], digits[1], digits[1], digits[2], digits[2])
	}
	channel := func(from int) float64 {
		v, err := strconv.ParseUint(digits[from:from+2], 16, 8)
		if err != nil {
			t.Fatalf("the colour %q: %v", colour, err)
		}
		if c := float64(v) / 255; c > .04045 {
			return math.Pow((c+.055)/1.055, 2.4)
		} else {
			return c / 12.92
		}
	}
	return .2126*channel(0) + .7152*channel(2) + .0722*channel(4)
}

// WCAG 2.2 AA: text against its ground (1.4.3), and what tells controls apart (1.4.11).
const (
	textContrast    = 4.5
	controlContrast = 3.0
)

func TestColoursCanBeTold(t *testing.T) {
	t.Parallel()
	type pair struct {
		front, ground string
		least         float64
	}
	sheets := map[string][]pair{
		"static/rep.css": {
			{"ink", "ground", textContrast}, {"ink", "paper", textContrast}, {"soft", "ground", textContrast}, {"soft", "paper", textContrast},
			{"accent", "ground", textContrast}, {"accent", "paper", textContrast}, {"on-accent", "accent", textContrast}, {"ground", "ink", textContrast},
			{"good", "good-ground", textContrast}, {"warning", "warning-ground", textContrast}, {"bad", "bad-ground", textContrast},
			{"ink", "good-ground", textContrast}, {"ink", "warning-ground", textContrast}, {"ink", "bad-ground", textContrast}, {"accent", "bad-ground", textContrast},
			{"accent", "warning-ground", textContrast}, {"soft", "bad-ground", textContrast}, {"bad", "ground", textContrast}, {"bad", "paper", textContrast}, {"good", "ground", textContrast},
			{"good", "paper", textContrast}, {"warning", "ground", textContrast}, {"line", "ground", controlContrast}, {"line", "paper", controlContrast},
			{"bad", "hair", controlContrast},
		},
		"static/contact.css": {
			{"ink", "bg", textContrast}, {"ink", "card", textContrast}, {"soft", "bg", textContrast}, {"accent", "bg", textContrast}, {"accent", "card", textContrast},
			{"on", "fill", textContrast}, {"fill", "bg", controlContrast}, {"fill", "card", controlContrast}, {"bad", "bg", textContrast}, {"bad", "badbg", textContrast}, {"ink", "badbg", textContrast},
			{"line", "bg", controlContrast}, {"line", "card", controlContrast},
		},
	}
	for file, pairs := range sheets {
		for scheme, colours := range palettes(t, file) {
			for _, p := range pairs {
				if colours[p.front] == "" || colours[p.ground] == "" {
					t.Errorf("%s, %s: no colour %s or %s", file, scheme, p.front, p.ground)
					continue
				}
				if got := contrast(t, colours[p.front], colours[p.ground]); got < p.least {
					t.Errorf("%s, %s: %s on %s has a contrast of %.2f, want %.1f", file, scheme, p.front, p.ground, got, p.least)
				}
			}
		}
	}
}

func TestContrastIsThatOfWCAG(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		a, b string
		want float64
	}{{"#000", "#ffffff", 21}, {"#777777", "#ffffff", 4.48}, {"#ffffff", "#ffffff", 1}} {
		if got := contrast(t, tt.a, tt.b); math.Abs(got-tt.want) > .005 {
			t.Errorf("%s on %s: got %.3f, want %.2f", tt.a, tt.b, got, tt.want)
		}
	}
}

// physical are properties that know left and right, which a page from right to left has the other way round.
var physical = regexp.MustCompile(`(margin|padding|border)-(left|right)|[;{ ](left|right):|text-align: (left|right)|float:`)

func TestStylesKnowNoLeftAndRight(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"static/rep.css", "static/contact.css"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if found := physical.FindAllString(string(raw), -1); len(found) > 0 {
			t.Errorf("%s has %q", file, found)
		}
		for _, must := range []string{":focus-visible", "forced-colors", "prefers-color-scheme: dark"} {
			if !strings.Contains(string(raw), must) {
				t.Errorf("%s has no %s", file, must)
			}
		}
		if strings.Count(string(raw), "{") != strings.Count(string(raw), "}") {
			t.Errorf("%s has braces that do not match", file)
		}
	}
}
