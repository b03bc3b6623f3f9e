# What HCL has, with the spans that another parser finds.
terraform {
  required_version = ">= 1.5" // the oldest
}

/* data
   first */
data "aws_iam_policy_document" "key" {
  count = var.create ? 1 : 0

  dynamic "statement" {
    for_each = { for name, account in var.partners : name => account... if account != "" }
    iterator = partner
    content {
      sid       = "Partner${title(partner.key)}"
      actions   = concat(["kms:Decrypt"], var.more ? ["kms:Encrypt"] : [])
      resources = ["*"]
      principals {
        type        = "AWS"
        identifiers = [format("arn:aws:iam::%s:root", partner.value), "arn:${data.aws_partition.this.partition}:iam::111122223333:role/app"]
      }
      condition {
        test     = "StringLike"
        variable = "kms:ViaService"
        values   = ["s3.*.amazonaws.com", "$${aws:username}", "a\"b\\c\u00e9"]
      }
    }
  }
}

resource aws_kms_key main {
  for_each    = toset(["a", "b"])
  description = "Ää ${join("\",\"", [for x in var.list : "${x}-${each.key}"])}"
  policy      = one(data.aws_iam_policy_document.key[*].json)
  tags        = merge(local.tags, { Name = "main", (var.tag) = true, "team:owner" : null })
  lifecycle { prevent_destroy = true }
}

resource "aws_iam_policy" "app" {
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Action": ["kms:Decrypt"],
        "Resource": "${aws_kms_key.main["a"].arn}"
      }]
    }
  EOT
}

resource "aws_iam_role_policy" "app" {
  role = aws_iam_role.app.0.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for key in values(aws_kms_key.main) : {
        Effect   = "Allow"
        Action   = "kms:*"
        Resource = key.arn
      }
    ]
  })
  count = -1 + 2 * (3 - length(var.list)) > 0 && !var.off || var.on == true ? 1 : 0
}

locals {
  text = <<EOT
%{ if var.on ~}
  ${var.list[0]}
%{ endif ~}
EOT
  none = []
  more = {}
}
