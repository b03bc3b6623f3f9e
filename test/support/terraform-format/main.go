// Formats texts of HCL as `terraform fmt` does. A JSON list of texts comes in and goes out.
package main

import (
	"encoding/json"
	"os"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

func main() {
	var texts []string
	if err := json.NewDecoder(os.Stdin).Decode(&texts); err != nil {
		panic(err)
	}
	for index, text := range texts {
		texts[index] = string(hclwrite.Format([]byte(text)))
	}
	if err := json.NewEncoder(os.Stdout).Encode(texts); err != nil {
		panic(err)
	}
}
