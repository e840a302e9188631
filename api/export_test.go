package api

// JSONRoutes returns method and path of every row of the list that programs use, for the test that holds the list against
// the contract.
func (s *Server) JSONRoutes() [][2]string { return listed(s.jsonRoutes()) }

// PageRoutes returns method and path of every row of the list that people use.
func (s *Server) PageRoutes() [][2]string { return listed(s.pageRoutes()) }

func listed(routes []route) [][2]string {
	var list [][2]string
	for _, r := range routes {
		list = append(list, [2]string{r.method, r.path})
	}
	return list
}
