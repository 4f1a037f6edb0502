// The parts of Apache ECharts that the page of many trackers needs; esbuild leaves out the rest.
export { init } from "echarts/core";
import { use } from "echarts/core";
import { BarChart, CustomChart, HeatmapChart, LineChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, CustomChart, HeatmapChart, LineChart]);
use([DataZoomComponent, GridComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);
