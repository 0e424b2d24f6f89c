"""Draw a project with QGIS, without a screen: ``/usr/bin/python3 draw_project.py PROJECT.qgz OUT.png``.

Runs in the Python that QGIS came with, not in ours. Prints as JSON each layer and its rules, with numbers of features.
"""

# mypy: ignore-errors
from __future__ import annotations

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor


def told(layer: QgsVectorLayer) -> list[list[object]]:
    """Return a layer's rules, each with the number of features that it is of."""
    renderer = layer.renderer()
    if renderer.type() != "RuleRenderer":
        return []
    lines: list[list[object]] = []
    for rule in renderer.rootRule().children():
        expression = rule.filter()
        fault = expression is not None and expression.hasParserError()
        n = sum(1 for _ in layer.getFeatures(rule.filterExpression())) if not fault else -1
        lines.append([rule.label(), n, rule.symbol().color().name()])
    return lines


def main(project_file: str, out: str) -> None:
    """Read the project, tell what is in it, and write its picture."""
    app = QgsApplication([], False)
    app.initQgis()
    project = QgsProject.instance()
    read = project.read(project_file)
    shown = [node.layer() for node in project.layerTreeRoot().findLayers() if node.isVisible()]
    report = {
        "read": read,
        "title": project.title(),
        "crs": project.crs().authid(),
        "abstract": project.metadata().abstract(),
        "layers": {
            layer.name(): {
                "valid": layer.isValid(),
                "n": layer.featureCount(),
                "crs": layer.crs().authid(),
                "shown": layer in shown,
                "rules": told(layer),
            }
            for layer in project.mapLayers().values()
        },
    }
    settings = QgsMapSettings()
    settings.setLayers(shown)
    settings.setDestinationCrs(project.crs())
    areas = project.mapLayer("maplegrid_areas")
    extent = areas.extent()
    extent.scale(1.06)
    settings.setExtent(extent)
    settings.setBackgroundColor(QColor("#fbfbfa"))
    settings.setOutputSize(QSize(1400, 1200))
    settings.setOutputDpi(96)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(out)
    report["errors"] = [error.message for error in job.errors()]
    print(json.dumps(report, ensure_ascii=False))
    project.clear()
    app.exitQgis()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
