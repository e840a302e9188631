package table

import (
	"regexp"
	"strings"
)

// oracleClock is a time of day behind a date as Oracle writes it: 01-OCT-26 09.59.00.000000 AM.
var oracleClock = regexp.MustCompile(`^(\d{2}-\pL+-\d{2,4}) (\d{2})\.(\d{2})\.(\d{2})((?:\.\d+)?)(.*)$`)

// signs are those that stand behind the numbers of a date in Chinese, Japanese and Korean.
var signs = strings.NewReplacer("年", "-", "月", "-", "日", "", "년", "-", "월", "-", "일", "")

// plainDate brings what some programs and languages write around the numbers of a date into the form in which others write them.
func plainDate(s string) string {
	ascii := true
	for i := range len(s) {
		ascii = ascii && s[i] < 0x80
	}
	if !ascii {
		s = strings.Replace(s, " г.", "", 1)
		if signed := signs.Replace(s); signed != s {
			s = strings.ReplaceAll(signed, "- ", "-")
		}
	}
	if m := oracleClock.FindStringSubmatch(s); m != nil {
		return m[1] + " " + m[2] + ":" + m[3] + ":" + m[4] + m[5] + m[6]
	}
	return s
}
