package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/labstack/echo/v4"

	"earshot"
	"earshot/frontend"
)

// documentation is the contract as a page, made when it is first asked for, since starting must not wait for it.
type documentation struct {
	once sync.Once
	page frontend.DocsPage
	err  error
}

// read returns the page.
func (d *documentation) read(baseURL string) (frontend.DocsPage, error) {
	d.once.Do(func() {
		loader := openapi3.NewLoader()
		loader.IncludeOrigin = true // for the order, which maps do not keep
		doc, err := loader.LoadFromData(earshot.OpenAPI)
		if err != nil {
			d.err = err
			return
		}
		d.page = reference(doc)
		d.page.BaseURL, d.page.Contract = baseURL, "/openapi.yaml"
	})
	return d.page, d.err
}

// docsPage shows the reference of the API.
func (s *Server) docsPage(c echo.Context) error {
	page, err := s.docs.read(s.here.BaseURL())
	if err != nil {
		return err
	}
	page.Shell = s.shell(c, frontend.PathDocs)
	return s.page(c, http.StatusOK, page)
}

// contractTag names the present state of the contract.
var contractTag = sync.OnceValue(func() string {
	sum := sha256.Sum256(earshot.OpenAPI)
	return strconv.Quote(hex.EncodeToString(sum[:8]))
})

// contract answers with openapi.yaml as it is.
func (s *Server) contract(c echo.Context, _ cached) error {
	h := c.Response().Header()
	h.Set("ETag", contractTag())
	h.Set("Cache-Control", "no-cache")
	if unchanged(c, contractTag()) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Stream(http.StatusOK, "application/yaml", bytes.NewReader(earshot.OpenAPI))
}
