package earshot_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestThreatModelNamesTests finds each test that docs/security.md says something is shown by.
func TestThreatModelNamesTests(t *testing.T) {
	t.Parallel()
	model, err := os.ReadFile("docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	declared, err := exec.Command("git", "grep", "-hoE", `^func (Test|Fuzz)\w+`, "--", "*_test.go").Output()
	if err != nil {
		t.Fatalf("git grep: %v", err)
	}
	named := regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z]+)`").FindAllStringSubmatch(string(model), -1)
	if len(named) < 20 {
		t.Fatalf("docs/security.md names %d tests only", len(named))
	}
	for _, name := range named {
		if !strings.Contains(string(declared), "func "+name[1]+"\n") {
			t.Errorf("docs/security.md names %s, and there is no such test", name[1])
		}
	}
}
