package gallery

import (
	"fmt"
	"os"
	"path/filepath"

	"earshot/frontend"
)

// sampleChart stands in for charts, which are drawn elsewhere.
const sampleChart = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000 300"><rect width="1000" height="300" fill="%s"/>` +
	`<path d="M20 250L200 210L380 220L560 160L740 140L980 70" fill="none" stroke="#0b7a91" stroke-width="4"/></svg>`

// WriteMedia writes what samples show besides pages: pictures and a mail.
func WriteMedia(_ *frontend.Frontend, folder string) error {
	for name, ground := range map[string]string{"sample-wide.svg": "#ffffff", "sample-wide-dark.svg": "#20201d"} {
		if err := os.WriteFile(filepath.Join(folder, name), fmt.Appendf(nil, sampleChart, ground), 0o644); err != nil {
			return err
		}
	}
	return nil
}
